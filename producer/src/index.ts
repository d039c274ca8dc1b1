export { RECORD_FIELDS, type RecordField, type RecordFieldName } from './record/fields';
