// Writes src/record/template/signatures.json: each method of faker with the arguments that JSON can express, from its
// type declarations. `npm run templates` runs it after an update of faker; a test checks that the file is up to date.
import { join } from 'node:path';
import ts from 'typescript';
import type { ArgumentType, Signature } from '../src/record/template/arguments';

const PROBE = join(__dirname, '../src/record/template/faker.ts');

/** An argument's type, from its TypeScript type; undefined if no JSON value fits, such as for a function. */
function argumentType(type: ts.Type, checker: ts.TypeChecker, depth = 0): ArgumentType | undefined {
  if (depth > 6 || type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter)) return 'any';
  if (type.isStringLiteral() || type.isNumberLiteral()) return { oneOf: [type.value] };
  if (type.flags & ts.TypeFlags.BooleanLike) return 'boolean';
  if (type.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.TemplateLiteral)) return 'string';
  if (type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike)) return 'number';
  // A string with suggestions for editors: `string & {…}`.
  if (type.isIntersection() && type.types.some(({ flags }) => flags & ts.TypeFlags.StringLike)) return 'string';
  if (type.isUnion()) return union(type, checker, depth);
  if (type.getCallSignatures().length > 0 || /^(Date|RegExp)$/.test(type.symbol?.name ?? '')) return undefined;
  return objectType(type, checker, depth);
}

function union(type: ts.UnionType, checker: ts.TypeChecker, depth: number): ArgumentType | undefined {
  const some = type.types
    .filter((one) => !(one.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void)))
    .map((one) => argumentType(one, checker, depth))
    .filter((one) => one !== undefined);
  if (some.includes('any')) return 'any';
  const values = some.flatMap((one) => (typeof one === 'object' && 'oneOf' in one ? one.oneOf : []));
  const others = some.filter((one) => !(typeof one === 'object' && 'oneOf' in one)).map((one) => JSON.stringify(one));
  const distinct = [...new Set(others)].map((one) => JSON.parse(one) as ArgumentType);
  // Literals beside plain strings are suggestions for editors, and no restriction.
  const known = values.filter((value) => !distinct.includes(typeof value as 'string'));
  const all: ArgumentType[] = [...(known.length > 0 ? [{ oneOf: known }] : []), ...distinct];
  return all.length > 1 ? { anyOf: all } : all[0];
}

function objectType(type: ts.Type, checker: ts.TypeChecker, depth: number): ArgumentType | undefined {
  if (checker.isArrayLikeType(type)) {
    const [of] = checker.getTypeArguments(type as ts.TypeReference);
    const element = of && argumentType(of, checker, depth + 1);
    return element && { array: element };
  }
  const index = type.getStringIndexType();
  if (index) {
    const value = argumentType(index, checker, depth + 1);
    return value && { map: value };
  }
  const properties: Record<string, ArgumentType> = {};
  const required: string[] = [];
  for (const property of checker.getPropertiesOfType(type)) {
    const value = argumentType(checker.getTypeOfSymbol(property), checker, depth + 1);
    if (value !== undefined) properties[property.name] = value;
    if (!(property.flags & ts.SymbolFlags.Optional)) required.push(property.name);
  }
  return { object: properties, ...(required.length > 0 && { required }) };
}

function signature(call: ts.Signature, checker: ts.TypeChecker): Signature | undefined {
  const parameters: Signature = [];
  for (const parameter of call.getParameters()) {
    const declaration = parameter.valueDeclaration as ts.ParameterDeclaration;
    const type = argumentType(checker.getTypeOfSymbol(parameter), checker);
    const optional = declaration.questionToken !== undefined || declaration.initializer !== undefined;
    if (declaration.dotDotDotToken !== undefined || type === undefined) {
      if (optional || declaration.dotDotDotToken !== undefined) break;
      return undefined;
    }
    parameters.push({ name: parameter.name, type, ...(optional && { optional }) });
  }
  return parameters;
}

/** The signatures of each method that is not deprecated, by `module.method`. */
export function fakerSignatures(): Record<string, Signature[]> {
  const program = ts.createProgram([PROBE], {
    strict: true,
    skipLibCheck: true,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2022,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(PROBE);
  const exported = source && checker.getExportsOfModule(checker.getSymbolAtLocation(source) as ts.Symbol);
  const faker = exported?.find(({ name }) => name === 'faker');
  if (faker === undefined) throw new Error(`${PROBE} exports no faker.`);
  const isOld = (symbol: ts.Symbol) => symbol.getJsDocTags(checker).some(({ name }) => name === 'deprecated');
  const found: Record<string, Signature[]> = {};
  for (const module of checker.getTypeOfSymbol(faker).getProperties()) {
    if (isOld(module) || module.name.startsWith('_')) continue;
    for (const method of checker.getTypeOfSymbol(module).getProperties()) {
      const calls = checker.getTypeOfSymbol(method).getCallSignatures();
      // helpers.fake evaluates a template within, whose arguments nothing here would check.
      if (isOld(method) || method.name.startsWith('_') || method.name === 'fake') continue;
      const signatures = calls.map((call) => signature(call, checker)).filter((one) => one !== undefined);
      const distinct = [...new Set(signatures.map((one) => JSON.stringify(one)))].map((one) => JSON.parse(one));
      if (distinct.length > 0) found[`${module.name}.${method.name}`] = distinct;
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The text of signatures.json, one method a line. */
export function signaturesText(): string {
  const lines = Object.entries(fakerSignatures()).map(
    ([name, calls]) => `  ${JSON.stringify(name)}: ${JSON.stringify(calls)}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}
