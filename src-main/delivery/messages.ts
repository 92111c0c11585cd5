import type { Topic } from '#contract/live.ts'
import type { ClockJump, TokenPauseRecord } from '#main/store/interface.ts'
import type { Reach } from './network-state.ts'
import type { Attempts } from './tally.ts'

/** What the loop knows at the moment. */
export interface LoopView {
  /** Webhooks that it has work for, or had a moment ago; those of them with something that waits. */
  readonly lanes: number
  readonly lanesWithWork: number
  /** Those whose token endpoint gave no token and is left alone for a while. */
  readonly lanesWithoutToken: number
  /** Requests under way, and attempts that are not recorded yet. */
  readonly inFlight: number
  readonly unrecorded: number
  /** Since its last turn ended, ms; null before the first. */
  readonly sinceTurnMs: number | null
  /** What stands in the way of delivering, as a sentence. */
  readonly trouble: string | null
  readonly attempts: Attempts
}

/** What the thread answers when it is asked how it is. */
export interface WorkerView extends LoopView {
  /** The longest delay of its event loop within the last minute, ms. */
  readonly lagMs: number
}

/** What the worker thread is started with. */
export interface WorkerData {
  readonly databasePath: string
  /** 32 bytes. */
  readonly dataKey: Uint8Array
  /** Names the leases of this start. */
  readonly owner: string
  /** How far the network goes at the start. */
  readonly reach: Reach
  /** By which it and the host take turns in writing. */
  readonly turnMemory: SharedArrayBuffer
}

/** From the host to the thread. */
export type ToWorker =
  /** Something may be due now. */
  | { readonly type: 'wake' }
  /** Less may be sent than before. */
  | { readonly type: 'reconsider' }
  /** How far the network goes; `checked` in answer to `check_network`. */
  | { readonly type: 'network'; readonly reach: Reach; readonly checked: boolean }
  /** How are you? The answer carries the number. */
  | { readonly type: 'inspect'; readonly number: number }
  /** Land what is under way within `drainMs`, record, and end. */
  | { readonly type: 'stop'; readonly drainMs: number }

/** From the thread to the host. */
export type FromWorker =
  | { readonly type: 'ready' }
  /** The clock of the machine jumped. */
  | { readonly type: 'clock_jumped'; readonly jump: ClockJump }
  /** The token endpoint of a webhook asks to be left alone; null: not any more. */
  | { readonly type: 'token_pause'; readonly webhookId: string; readonly pause: TokenPauseRecord | null }
  /** A request failed as if there were no network. */
  | { readonly type: 'check_network' }
  /** Somebody answered, although there was no network as far as is known. */
  | { readonly type: 'network_answered' }
  | { readonly type: 'view'; readonly number: number; readonly view: WorkerView }
  /** These have changed in the database; at most a few times a second. */
  | { readonly type: 'changed'; readonly topics: readonly Topic[] }
  /** What stands in the way of delivering, as a sentence; null when nothing does any more. */
  | { readonly type: 'trouble'; readonly trouble: string | null }
