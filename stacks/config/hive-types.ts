/** Hive's column types, as Glue's table columns take them ("Data types in Amazon Athena"). */

const PRIMITIVE =
  /^(string|int|bigint|smallint|tinyint|double|float|boolean|timestamp|date|binary|char\(\d+\)|varchar\(\d+\))$/;
const FIELD_NAME = /^[a-z_][a-z0-9_]*$/;

/**
 * Whether the text is a Hive type: a primitive, `decimal(p,s)`, `array<T>`, `map<K,V>` with a primitive key, or
 * `struct<name:T,...>`, nested to any depth and written without spaces, as Glue stores it.
 */
export function isHiveType(text: string): boolean {
  if (PRIMITIVE.test(text)) return true;
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(text);
  if (decimal) {
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2])];
    return precision >= 1 && precision <= 38 && scale <= precision;
  }
  const generic = /^(array|map|struct)<(.+)>$/.exec(text);
  if (generic === null) return false;
  const parts = splitOutsideBrackets(generic[2] ?? '');
  switch (generic[1]) {
    case 'array':
      return parts.length === 1 && parts.every(isHiveType);
    case 'map':
      return parts.length === 2 && PRIMITIVE.test(parts[0] ?? '') && isHiveType(parts[1] ?? '');
    default:
      return parts.every(isStructField);
  }
}

function isStructField(field: string): boolean {
  const colon = field.indexOf(':');
  return colon > 0 && FIELD_NAME.test(field.slice(0, colon)) && isHiveType(field.slice(colon + 1));
}

/** Splits at the commas that no bracket encloses: `a:int,b:map<string,int>` has two parts. */
function splitOutsideBrackets(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '<' || character === '(') depth += 1;
    else if (character === '>' || character === ')') depth -= 1;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
