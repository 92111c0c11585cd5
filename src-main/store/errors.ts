/** Why a database could not be opened or used, as a stable code. */
export type StoreErrorCode =
  | 'database_corrupt'
  | 'database_newer'
  | 'migration_edited'
  | 'database_locked'
  | 'data_directory_in_use'
  | 'data_directory_unusable'
  | 'data_key_wrong'
  | 'backup_invalid'
  | 'disk_too_full'
  | 'sync_failed'

/** An error that the person at the machine can do something about; the message says what. */
export class StoreError extends Error {
  readonly code: StoreErrorCode
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}
