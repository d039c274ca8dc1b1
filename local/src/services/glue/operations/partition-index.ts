import { placeOf } from '../arn';
import { operation } from '../contract';
import { alreadyExists, entityNotFound } from '../errors';

export const createPartitionIndex = operation('CreatePartitionIndex', {
  handle: (input, { state, caller }) =>
    state.transaction(() => {
      const stored = state.table(caller, ...placeOf(input));
      const index = input.PartitionIndex;
      if (stored.indexes.some((other) => other.IndexName === index.IndexName)) throw alreadyExists('Index');
      state.putTable(caller, { ...stored, indexes: [...stored.indexes, index] }, true);
    }),
});

export const deletePartitionIndex = operation('DeletePartitionIndex', {
  handle: (input, { state, caller }) =>
    state.transaction(() => {
      const stored = state.table(caller, ...placeOf(input));
      const indexes = stored.indexes.filter((index) => index.IndexName !== input.IndexName);
      if (indexes.length === stored.indexes.length) throw entityNotFound();
      state.putTable(caller, { ...stored, indexes }, true);
    }),
});
