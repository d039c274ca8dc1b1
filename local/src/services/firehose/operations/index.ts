export * from './create-delivery-stream';
export * from './delete-delivery-stream';
export * from './describe-delivery-stream';
export * from './encryption';
export * from './list-delivery-streams';
export * from './put-records';
export * from './tags';
export * from './update-destination';
