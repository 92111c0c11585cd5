import type { Topic } from '#contract/live.ts'

/** What the worker thread is started with. */
export interface WorkerData {
  readonly databasePath: string
  /** 32 bytes. */
  readonly dataKey: Uint8Array
  /** Names the leases of this start. */
  readonly owner: string
}

/** From the host to the thread. */
export type ToWorker =
  /** Something may be due now. */
  | { readonly type: 'wake' }
  /** Land what is under way within `drainMs`, record, and end. */
  | { readonly type: 'stop'; readonly drainMs: number }

/** From the thread to the host. */
export type FromWorker =
  | { readonly type: 'ready' }
  /** These have changed in the database; at most a few times a second. */
  | { readonly type: 'changed'; readonly topics: readonly Topic[] }
  /** What stands in the way of delivering, as a sentence; null when nothing does any more. */
  | { readonly type: 'trouble'; readonly trouble: string | null }
