import { QueryError } from '../errors';
import { type Projection, projectionOf } from './projection';

const NOW = Date.parse('2022-02-04T21:35:54Z');

function projection(keys: Readonly<Record<string, Record<string, string>>>, parameters = {}): Projection {
  const settings = Object.entries(keys).flatMap(([key, values]) =>
    Object.entries(values).map(([name, value]) => [`projection.${key}.${name}`, value]),
  );
  return projectionOf(
    {
      Name: 't',
      PartitionKeys: Object.keys(keys).map((Name) => ({ Name, Type: 'string' })),
      StorageDescriptor: { Location: 's3://lake/t' },
      Parameters: { 'projection.enabled': 'true', ...Object.fromEntries(settings), ...parameters },
    },
    NOW,
  ) as Projection;
}

/** Which of these values a key's projection has. */
const accepted = (settings: Record<string, string>, ...values: string[]) =>
  values.filter((value) => projection({ k: settings }).keys[0]?.accepts(value));

test('integers: range, interval and digits', () => {
  const settings = { type: 'integer', range: '1,12', digits: '2' };
  expect(accepted(settings, '0', '00', '01', '1', '12', '13', 'x', '')).toEqual(['01', '12']);
  expect(accepted({ type: 'integer', range: '0,100', interval: '25' }, '0', '25', '30', '100')).toEqual([
    '0',
    '25',
    '100',
  ]);
  expect(accepted({ type: 'integer', range: '-5,5' }, '-5', '-6', '0')).toEqual(['-5', '0']);
});

test('a value is written as locations have it, and read as its column has it', () => {
  const { keys } = projectionOf(
    {
      Name: 't',
      PartitionKeys: [
        { Name: 'month', Type: 'int' },
        { Name: 'day', Type: 'date' },
        { Name: 'text', Type: 'string' },
      ],
      StorageDescriptor: { Location: 's3://lake/t' },
      Parameters: {
        'projection.enabled': 'true',
        'projection.month.type': 'integer',
        'projection.month.range': '1,12',
        'projection.month.digits': '2',
        'projection.day.type': 'date',
        'projection.day.format': "yyyy/MM/'d'dd",
        'projection.day.range': '2022/01/d01,NOW',
        'projection.text.type': 'date',
        'projection.text.format': 'yyyy/MM/dd',
        'projection.text.range': '2022/01/01,NOW',
      },
    },
    NOW,
  ) as Projection;
  expect(keys.map(({ written }, index) => written(['2', '2022-02-04', '2022/02/04'][index] as string))).toEqual([
    '02',
    '2022/02/d04',
    '2022/02/04',
  ]);
  expect(keys[1]?.read('2022/02/d04')).toBe('2022-02-04');
});

test('enums take spaces around their values', () => {
  expect(accepted({ type: 'enum', values: 'a, b,c' }, 'a', 'b', ' b', 'd')).toEqual(['a', 'b']);
});

test('dates: formats, NOW, arithmetic and intervals', () => {
  const hours = { type: 'date', format: 'yyyy/MM/dd/HH', range: '2022/02/04/20,NOW', 'interval.unit': 'HOURS' };
  expect(accepted(hours, '2022/02/04/19', '2022/02/04/20', '2022/02/04/21', '2022/02/04/22', '2022/2/4/21')).toEqual([
    '2022/02/04/20',
    '2022/02/04/21',
  ]);
  const years = { type: 'date', format: 'yyyy', range: 'NOW-2YEARS,NOW', interval: '1', 'interval.unit': 'YEARS' };
  expect(accepted(years, '2019', '2020', '2022', '2023')).toEqual(['2020', '2022']);
  const quoted = { type: 'date', format: "yyyy-MM-dd'T'HH", range: '2022-02-01T00,NOW+1DAYS' };
  expect(accepted(quoted, '2022-02-05T20', '2022-02-05T22', '2022-01-31T23')).toEqual(['2022-02-05T20']);
  const weeks = {
    type: 'date',
    format: 'yyyy-MM-dd',
    range: '2022-01-03,NOW',
    interval: '1',
    'interval.unit': 'WEEKS',
  };
  expect(accepted(weeks, '2022-01-03', '2022-01-04', '2022-01-10')).toEqual(['2022-01-03', '2022-01-10']);
  expect(accepted({ ...weeks, interval: '2' }, '2022-01-03', '2022-01-10', '2022-01-17')).toEqual([
    '2022-01-03',
    '2022-01-17',
  ]);
});

test('without a template partitions lie where Hive would put them', () => {
  const { template } = projection({ year: { type: 'injected' }, month: { type: 'injected' } });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how the template is written.
  expect(template).toBe('s3://lake/t/year=${year}/month=${month}/');
});

test('what is incomplete is refused', () => {
  expect(() => projection({ k: { type: 'integer' } })).toThrow(QueryError);
  expect(() => projection({ k: { type: 'date', range: 'x,NOW', format: 'yyyy' } })).toThrow(/range is not valid/);
  expect(() => projection({ k: {} })).toThrow(/type of column k is not supported/);
  expect(projectionOf({ Name: 't', Parameters: { 'projection.enabled': 'false' } }, NOW)).toBeUndefined();
});
