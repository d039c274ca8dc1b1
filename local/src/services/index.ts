import type { Service } from '../core/service';
import { athena } from './athena';
import { cloudwatch } from './cloudwatch';
import { dynamodb } from './dynamodb';
import { dynamodbstreams } from './dynamodbstreams';
import { firehose } from './firehose';
import { glue } from './glue';
import { iam } from './iam';
import { kinesis } from './kinesis';
import { kms } from './kms';
import { lambda } from './lambda';
import { logs } from './logs';
import { s3 } from './s3';
import { sns } from './sns';
import { sqs } from './sqs';
import { sts } from './sts';

/** Every service of the endpoint, in the order in which they start: delivery last, when all that it calls is there. */
export const services: readonly Service[] = [
  sts,
  iam,
  kms,
  logs,
  cloudwatch,
  sns,
  sqs,
  kinesis,
  dynamodb,
  dynamodbstreams,
  s3,
  glue,
  athena,
  // Its data plane is no part of its API.
  { ...firehose, dataPlane: () => (require('../delivery/delivery') as typeof import('../delivery/delivery')).Delivery },
  lambda,
];
