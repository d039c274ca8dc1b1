import type { Typed } from '../analyse/tree';
import { typeName } from '../types/type';
import { printerOf } from '../values/print';

/** An expression as EXPLAIN shows it. */
export function expressionText(node: Typed): string {
  const list = (items: readonly Typed[]) => items.map(expressionText).join(', ');
  switch (node.kind) {
    case 'literal': {
      if (node.value === null) return 'null';
      const text = printerOf(node.type)(node.value);
      return /int|boolean/.test(node.type.kind) ? text : `${typeName(node.type)} '${text.replaceAll("'", "''")}'`;
    }
    case 'column':
      return node.name === '' ? node.column : node.name;
    case 'lambda-parameter':
      return `lambda_${node.id}`;
    case 'lambda':
      return `(${node.parameters.map((id) => `lambda_${id}`).join(', ')}) -> ${expressionText(node.body)}`;
    case 'call':
      return `${node.row.signature.name.replace('$', '')}(${list(node.args)})`;
    case 'aggregate': {
      const call = `${node.row.signature.name}(${node.distinct ? 'DISTINCT ' : ''}${node.args.length === 0 ? '*' : list(node.args)})`;
      if (node.over === undefined) return call;
      return `${call} OVER (PARTITION BY [${list(node.over.partitionBy)}] ORDER BY [${list(node.over.orderBy.map(({ value }) => value))}])`;
    }
    case 'cast':
      return `${node.safe ? 'TRY_CAST' : 'CAST'}(${expressionText(node.operand)} AS ${typeName(node.type)})`;
    case 'compare':
      return `(${expressionText(node.left)} ${node.operator.toUpperCase()} ${expressionText(node.right)})`;
    case 'logic':
      return `(${node.operands.map(expressionText).join(node.operator === 'and' ? ' AND ' : ' OR ')})`;
    case 'not':
      return `(NOT ${expressionText(node.operand)})`;
    case 'try':
      return `TRY(${expressionText(node.operand)})`;
    case 'is-null':
      return `(${expressionText(node.operand)} IS NULL)`;
    case 'between':
      return `(${expressionText(node.operand)} BETWEEN ${expressionText(node.low)} AND ${expressionText(node.high)})`;
    case 'in':
      return `(${expressionText(node.operand)} IN (${list(node.options)}))`;
    case 'in-query':
      return `(${expressionText(node.operand)} IN (subquery))`;
    case 'exists':
      return 'EXISTS (subquery)';
    case 'subquery':
      return '(subquery)';
    case 'quantified':
      return `(${expressionText(node.left)} ${node.operator} ${node.quantifier.toUpperCase()} (subquery))`;
    case 'like':
      return `(${expressionText(node.operand)} LIKE ${expressionText(node.pattern)})`;
    case 'case': {
      const branches = node.branches.map(
        ({ when, result }) => `WHEN ${expressionText(when)} THEN ${expressionText(result)}`,
      );
      const otherwise = node.otherwise === undefined ? '' : ` ELSE ${expressionText(node.otherwise)}`;
      return `(CASE ${branches.join(' ')}${otherwise} END)`;
    }
    case 'coalesce':
      return `COALESCE(${list(node.items)})`;
    case 'array':
      return `ARRAY[${list(node.items)}]`;
    case 'row':
      return `ROW(${list(node.items)})`;
    case 'subscript':
      return `${expressionText(node.operand)}[${expressionText(node.index)}]`;
    case 'field':
      return `${expressionText(node.operand)}[${node.index + 1}]`;
    case 'grouping':
      return `GROUPING(${list(node.items)})`;
  }
}
