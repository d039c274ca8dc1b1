import { environments } from '../stacks/config/environments';
import { synthesize, validate } from './stacks-support';

const plain = synthesize(environments.dev);
const iceberg = synthesize({ ...environments.dev, tableFormat: 'iceberg' });

test('an Iceberg table adds resources of its own and leaves the others as they are', () => {
  const added: string[] = [];
  for (const [type, blocks] of Object.entries(iceberg.resource)) {
    for (const [name, block] of Object.entries(blocks)) {
      const before = plain.resource[type]?.[name];
      if (before === undefined) added.push(`${type}.${name}`);
      else expect(block).toEqual(before);
    }
  }
  expect(added.sort()).toEqual([
    'aws_glue_catalog_table.iceberg_table',
    'aws_iam_role.iceberg_role',
    'aws_iam_role_policy.iceberg_role_policy',
    'aws_kinesis_firehose_delivery_stream.iceberg_delivery',
  ]);
});

test('its role commits to its own table, and removes files below its own prefix alone', () => {
  const policy = String(iceberg.resource.aws_iam_role_policy?.iceberg_role_policy?.policy);
  const statements = (
    JSON.parse(policy) as { Statement: { Sid: string; Action: string; Resource: string | string[] }[] }
  ).Statement;
  const find = (sid: string) => statements.find(({ Sid }) => Sid === sid);
  expect(find('CommitSnapshots')?.Resource).toHaveLength(3);
  expect(find('RemoveFiles')).toMatchObject({ Action: 's3:DeleteObject' });
  expect(find('RemoveFiles')?.Resource).toMatch(/\/tbl-kinesis-rd-iceberg\/\*$/);
});

test('Terraform and the provider take it', async () => {
  await validate([iceberg]);
}, 120_000);
