import { type AttributeValue, typeOf, type ValueType } from '../values/attribute-value';
import type { Action, Assigned, Operand, Parsed, Path } from './ast';
import { InvalidExpression } from './lexer';
import { bindPath, type Placeholders, undefinedValue } from './placeholders';
import { checkPaths } from './projection';

/** The right side of SET, or an operand of its functions, with placeholders replaced. */
export type BoundValue =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'call' | '+' | '-'; readonly name: string; readonly args: readonly BoundValue[] };

export type BoundAction =
  | { readonly kind: 'SET'; readonly path: Path; readonly value: BoundValue }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly operand: AttributeValue };

/** Names of types in errors of ADD and DELETE. */
const TYPE_NAMES: Partial<Record<ValueType, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
};

/** Replaces placeholders and checks operands. @throws InvalidExpression with the first error, by kind */
export function bindUpdate(
  { tree, error }: Parsed<readonly Action[]>,
  placeholders: Placeholders,
): readonly BoundAction[] {
  if (error !== undefined) throw new InvalidExpression(error);
  const binding = new Binding(placeholders);
  const actions = tree.map((action) => binding.action(action));
  const undefinedName = binding.undefinedName ?? binding.undefinedValue;
  if (undefinedName !== undefined) throw new InvalidExpression(undefinedName);
  checkPaths(actions.map(({ path }) => path));
  const problem = binding.operandType ?? binding.call;
  if (problem !== undefined) throw new InvalidExpression(problem);
  return actions;
}

/** Document paths of an update, including those that it reads. */
export function pathsInUpdate(actions: readonly BoundAction[]): Path[] {
  return actions.flatMap((action) => [action.path, ...(action.kind === 'SET' ? pathsInValue(action.value) : [])]);
}

function pathsInValue(value: BoundValue): Path[] {
  if (value.kind === 'path') return [value.path];
  return value.kind === 'value' ? [] : value.args.flatMap(pathsInValue);
}

/** Type of the result at an action's path, if the request alone determines it. */
export function typeAfter(action: BoundAction): ValueType | undefined {
  if (action.kind === 'REMOVE') return undefined;
  return action.kind === 'SET' ? resultType(action.value) : typeOf(action.operand);
}

function resultType(value: BoundValue): ValueType | undefined {
  if (value.kind === 'path') return undefined;
  if (value.kind === 'value') return typeOf(value.value);
  if (value.kind !== 'call') return 'N';
  return value.name === 'list_append' ? 'L' : resultType(value.args[1] as BoundValue);
}

class Binding {
  undefinedName: string | undefined;
  undefinedValue: string | undefined;
  operandType: string | undefined;
  call: string | undefined;

  constructor(private readonly placeholders: Placeholders) {}

  action(action: Action): BoundAction {
    const path = this.path(action.path);
    if (action.kind === 'REMOVE') return { kind: 'REMOVE', path };
    if (action.kind === 'SET') return { kind: 'SET', path, value: this.assigned(action.value) };
    const { value: operand } = this.operand(action.value as Operand) as { value: AttributeValue };
    const type = typeOf(operand);
    const name = TYPE_NAMES[type];
    if (name !== undefined && !(action.kind === 'ADD' && type === 'N'))
      this.operandType ??= `Incorrect operand type for operator or function; operator: ${action.kind}, operand type: ${name}`;
    return { kind: action.kind, path, operand };
  }

  private path(parts: Action['path']): Path {
    return bindPath(parts, this.placeholders, (problem) => {
      this.undefinedName ??= problem;
    });
  }

  private assigned(value: Assigned): BoundValue {
    if (value.kind === 'path' || value.kind === 'value' || value.kind === 'call') return this.operand(value);
    const args = value.args.map((arg) => this.operand(arg));
    this.checkTypes(value.kind, args, 'N');
    return { kind: value.kind, name: value.kind, args };
  }

  private operand(operand: Operand): BoundValue {
    if (operand.kind === 'path') return { kind: 'path', path: this.path(operand.parts) };
    if (operand.kind === 'value') {
      const value = this.placeholders.value(operand.name);
      if (value === undefined) this.undefinedValue ??= undefinedValue(operand.name);
      return { kind: 'value', value: value ?? { NULL: true } };
    }
    const args = operand.args.map((arg) => this.operand(arg));
    this.checkCall(operand.name, args);
    return { kind: 'call', name: operand.name, args };
  }

  private checkCall(name: string, args: readonly BoundValue[]): void {
    if (args.length !== 2)
      this.call ??= `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${args.length}`;
    else if (name === 'list_append') this.checkTypes(name, args, 'L');
    else if (args[0]?.kind !== 'path')
      this.call ??= `Operator or function requires a document path; operator or function: ${name}`;
  }

  private checkTypes(name: string, args: readonly BoundValue[], wanted: ValueType): void {
    for (const arg of args) {
      const type = arg.kind === 'value' ? typeOf(arg.value) : undefined;
      if (type !== undefined && type !== wanted)
        this.call ??= `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`;
    }
  }
}
