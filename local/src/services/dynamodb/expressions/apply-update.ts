import { invalidUpdate } from '../errors';
import { type AttributeValue, type Item, typeOf } from '../values/attribute-value';
import { addNumbers, InvalidNumber, subtractNumbers } from '../values/decimal';
import type { Path } from './ast';
import { valueAt } from './path';
import type { BoundAction, BoundValue } from './update';

type Members = Record<string, AttributeValue>;
/** Container of a value that is being changed: a map's members, or a list with gaps. */
type Place = { readonly members: Members } | { readonly list: (AttributeValue | undefined)[] };

const WRONG_TYPE = 'An operand in the update expression has an incorrect data type';

/**
 * Applies an update to an item; operands and list indexes refer to the item before it.
 * @throws AwsError `ValidationException` for a path or operand that doesn't fit the item
 */
export function applyUpdate(actions: readonly BoundAction[], item: Item): Item {
  const values = actions.map((action) => (action.kind === 'SET' ? evaluate(action.value, item) : undefined));
  const changed: Members = { ...item };
  const copied = new Set<string>();
  for (const action of actions) {
    const name = action.path[0] as string;
    const value = Object.hasOwn(changed, name) ? changed[name] : undefined;
    if (action.path.length > 1 && value !== undefined && !copied.has(name)) changed[name] = structuredClone(value);
    copied.add(name);
  }
  const lists = new Set<(AttributeValue | undefined)[]>();
  actions.forEach((action, index) => {
    const place = placeOf(changed, action.path);
    if ('list' in place) lists.add(place.list);
    const before = valueAt(item, action.path);
    const key = action.path.at(-1) as string | number;
    if (action.kind === 'SET') assign(place, key, values[index]);
    else if (action.kind === 'REMOVE') assign(place, key, undefined);
    else
      assign(
        place,
        key,
        action.kind === 'ADD' ? added(before, action.operand) : withoutMembers(before, action.operand),
      );
  });
  for (const list of lists) closeGaps(list);
  return changed;
}

function placeOf(item: Members, path: Path): Place {
  if (path.length === 1) return { members: item };
  const parent = valueAt(item, path.slice(0, -1));
  if (typeof path.at(-1) === 'number' && parent?.L !== undefined)
    return { list: parent.L as (AttributeValue | undefined)[] };
  if (typeof path.at(-1) === 'string' && parent?.M !== undefined) return { members: parent.M as Members };
  throw invalidUpdate('The document path provided in the update expression is invalid for update');
}

function assign(place: Place, key: string | number, value: AttributeValue | undefined): void {
  if ('list' in place) {
    // An index beyond the end appends; a removed element leaves a gap until all actions are done.
    if (value !== undefined || (key as number) < place.list.length) place.list[key as number] = value;
  } else if (value === undefined) delete place.members[key];
  else place.members[key] = value;
}

function closeGaps(list: (AttributeValue | undefined)[]): void {
  let length = 0;
  for (const value of [...list]) if (value !== undefined) list[length++] = value;
  list.length = length;
}

function evaluate(value: BoundValue, item: Item): AttributeValue {
  switch (value.kind) {
    case 'value':
      return value.value;
    case 'path': {
      const found = valueAt(item, value.path);
      if (found === undefined)
        throw invalidUpdate('The provided expression refers to an attribute that does not exist in the item');
      return found;
    }
    case 'call': {
      const [first, second] = value.args as readonly [BoundValue, BoundValue];
      if (value.name === 'if_not_exists')
        return (first.kind === 'path' ? valueAt(item, first.path) : undefined) ?? evaluate(second, item);
      const [head, tail] = [evaluate(first, item).L, evaluate(second, item).L];
      if (head === undefined || tail === undefined) throw invalidUpdate(WRONG_TYPE);
      return { L: [...head, ...tail] };
    }
    default: {
      const [a, b] = value.args.map((arg) => evaluate(arg, item).N);
      if (a === undefined || b === undefined) throw invalidUpdate(WRONG_TYPE);
      return { N: exactly(() => (value.kind === '+' ? addNumbers(a, b) : subtractNumbers(a, b))) };
    }
  }
}

function added(before: AttributeValue | undefined, operand: AttributeValue): AttributeValue {
  if (before === undefined) return operand;
  const type = typeOf(operand);
  if (typeOf(before) !== type) throw invalidUpdate(WRONG_TYPE);
  if (type === 'N') return { N: exactly(() => addNumbers(before.N ?? '0', operand.N ?? '0')) };
  const members = before[type] as readonly string[];
  return { [type]: [...new Set([...members, ...(operand[type] as readonly string[])])] };
}

/** Removes members of a set. @returns undefined instead of an empty set: DynamoDB has none */
function withoutMembers(before: AttributeValue | undefined, operand: AttributeValue): AttributeValue | undefined {
  if (before === undefined) return undefined;
  const type = typeOf(operand);
  if (typeOf(before) !== type) throw invalidUpdate(WRONG_TYPE);
  const gone = new Set(operand[type] as readonly string[]);
  const rest = (before[type] as readonly string[]).filter((one) => !gone.has(one));
  return rest.length === 0 ? undefined : { [type]: rest };
}

function exactly(compute: () => string): string {
  try {
    return compute();
  } catch (error) {
    if (error instanceof InvalidNumber) throw invalidUpdate(error.message);
    throw error;
  }
}
