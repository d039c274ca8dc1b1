import { zipSync } from 'fflate';

/** A package of files by name, zipped. */
export const zipOf = (files: Readonly<Record<string, string>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));

/** Code by which handlers report to a test: they send messages to a queue, since they share no memory with it. */
export const REPORTING = `
  const tell = (message) => fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST',
    body: JSON.stringify({ QueueUrl: process.env.SEEN, MessageBody: JSON.stringify(message) }),
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage',
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/sqs/aws4_request, Signature=x' } });
  const texts = (event) => event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());
`;
