export const MIN_DELETION_DAYS = 7;

export const MAX_DELETION_DAYS = 30;

export const DEFAULT_ROTATION_DAYS = 365;
