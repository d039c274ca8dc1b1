/**
 * Bootstrap of a Python runtime's execution environment, for the python3 on the PATH: it fetches invocations from the
 * Runtime API and calls the handler (Lambda's page "Define Lambda function handler in Python"). A string, since the
 * compiler doesn't copy Python files.
 */
export const PYTHON_BOOTSTRAP = `
import http.client, importlib, json, os, sys, time, traceback
address = os.environ['AWS_LAMBDA_RUNTIME_API']
sys.path.insert(0, os.environ['LAMBDA_TASK_ROOT'])
connection = http.client.HTTPConnection(address)

def ask(method, path, body=None, headers={}):
    connection.request(method, '/2018-06-01/runtime/' + path, body, headers)
    response = connection.getresponse()
    return response.headers, response.read()

def describe(error, request_id):
    frames = traceback.format_tb(error.__traceback__)
    described = {'errorMessage': str(error), 'errorType': type(error).__name__}
    # The first frame is this bootstrap's; with the request, the function's own begin behind it.
    return {**described, 'stackTrace': frames} if request_id is None else {**described, 'requestId': request_id, 'stackTrace': frames[1:]}

def fail(path, error, request_id=None):
    described = describe(error, request_id)
    print('[ERROR] %s: %s\\n%s' % (described['errorType'], described['errorMessage'], ''.join(described['stackTrace'])), flush=True)
    ask('POST', path, json.dumps(described), {'Lambda-Runtime-Function-Error-Type': described['errorType']})

class Context:
    def __init__(self, headers):
        env = os.environ
        self.function_name = env['AWS_LAMBDA_FUNCTION_NAME']
        self.function_version = env['AWS_LAMBDA_FUNCTION_VERSION']
        self.memory_limit_in_mb = env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
        self.log_group_name = env['AWS_LAMBDA_LOG_GROUP_NAME']
        self.log_stream_name = env['AWS_LAMBDA_LOG_STREAM_NAME']
        self.invoked_function_arn = headers['Lambda-Runtime-Invoked-Function-Arn']
        self.aws_request_id = headers['Lambda-Runtime-Aws-Request-Id']
        self.deadline = int(headers['Lambda-Runtime-Deadline-Ms'])
    def get_remaining_time_in_millis(self):
        return max(0, self.deadline - int(time.time() * 1000))

try:
    module, _, name = os.environ['_HANDLER'].rpartition('.')
    handler = getattr(importlib.import_module(module.replace('/', '.')), name)
except BaseException as error:
    fail('init/error', error)
    sys.exit(1)

while True:
    headers, body = ask('GET', 'invocation/next')
    request_id = headers['Lambda-Runtime-Aws-Request-Id']
    try:
        answer = json.dumps(handler(json.loads(body), Context(headers)))
    except Exception as error:
        fail('invocation/%s/error' % request_id, error, request_id)
        continue
    ask('POST', 'invocation/%s/response' % request_id, answer)
`;
