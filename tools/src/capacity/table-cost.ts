import { asList, asObject, type JsonObject } from '../shared/json';
import { cents, figure, type PricedItem } from './cost-items';
import { type PriceName, price } from './prices';
import { HOURS_PER_MONTH } from './workload';

/** The monthly cost of a DynamoDB table's provisioned capacity, its global indexes' too; on demand nothing is provisioned. */
export function tableItems(values: JsonObject): PricedItem[] {
  if (values.billing_mode === 'PAY_PER_REQUEST' || isInfrequentAccess(values)) return [];
  const owners = [values, ...asList(values.global_secondary_index).map(asObject)];
  const item = (name: string, argument: string, unitPrice: PriceName): PricedItem => {
    const units = owners.reduce((sum, owner) => sum + Number(owner[argument] ?? 0), 0);
    const hours = units * HOURS_PER_MONTH;
    return {
      item: name,
      arithmetic: `${figure(hours)} unit-hours x $${price(unitPrice)}`,
      usd: cents(hours * price(unitPrice)),
    };
  };
  return [
    item('write capacity', 'write_capacity', 'dynamodb.writeCapacityHour'),
    item('read capacity', 'read_capacity', 'dynamodb.readCapacityHour'),
  ];
}

/** What a table costs by what is asked of it, which no plan says. */
export function tablePartsUnpriced(values: JsonObject): string[] {
  if (isInfrequentAccess(values)) return ['capacity and storage of the class Standard-IA'];
  const recovery = asObject(asList(values.point_in_time_recovery)[0]).enabled === true;
  return [
    ...(values.billing_mode === 'PAY_PER_REQUEST'
      ? [
          `requests, $${price('dynamodb.writeUnitMillion')} a million write units and $${price('dynamodb.readUnitMillion')} a million read units`,
        ]
      : []),
    `storage, $${price('dynamodb.storageGbMonth')} a GB-month${recovery ? ` and $${price('dynamodb.recoveryGbMonth')} for its point-in-time recovery` : ''}`,
    ...(values.stream_enabled === true
      ? [
          `reads of its stream but by Lambda, $${price('dynamodb.streamReadHundredThousand')} for 100,000 GetRecords calls`,
        ]
      : []),
  ];
}

function isInfrequentAccess({ table_class: tableClass }: JsonObject): boolean {
  return tableClass === 'STANDARD_INFREQUENT_ACCESS';
}
