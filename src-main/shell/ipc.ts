import type { z } from 'zod'
import type { BridgeAnswer, BridgeErrorCode } from '#contract/bridge.ts'
import { isConsoleAddress } from './console-origin.ts'

/** A refusal with words for the person. Every other error answers `failed` without its message. */
export class BridgeRefusal extends Error {
  override readonly name = 'BridgeRefusal'
}

const refusal = (code: BridgeErrorCode, message: string): BridgeAnswer<never> => ({
  ok: false,
  error: { code, message },
})

/** As much of the event of a message as is looked at. */
export interface Message {
  /** Null when the frame is gone. */
  readonly senderFrame: { readonly parent: unknown; readonly url: string } | null
}

/** As much of Electron's `ipcMain` as is used. */
export interface MessageSource {
  handle(channel: string, listener: (message: Message, payload: unknown) => Promise<unknown>): void
}

/** The top frame of the console, and no other. */
const isTrusted = ({ senderFrame }: Message): boolean =>
  senderFrame !== null && senderFrame.parent === null && isConsoleAddress(senderFrame.url)

/**
 * Security checklist 17: the one door for messages of a page. It looks at the frame and its origin, parses
 * the payload, and answers instead of throwing. Nothing else may use `ipcMain`.
 */
export const createDoor = (ipcMain: MessageSource, report: (error: unknown) => void) => {
  const handle = <Schema extends z.ZodType, Value>(
    channel: string,
    schema: Schema,
    answer: (payload: z.infer<Schema>) => Value | Promise<Value>,
  ): void => {
    ipcMain.handle(channel, async (event, payload: unknown): Promise<BridgeAnswer<Value>> => {
      if (!isTrusted(event)) return refusal('forbidden', 'This frame may not call the shell.')
      const parsed = schema.safeParse(payload)
      if (!parsed.success) return refusal('invalid', 'The call is not understood.')
      try {
        return { ok: true, value: await answer(parsed.data) }
      } catch (error) {
        if (error instanceof BridgeRefusal) return refusal('invalid', error.message)
        report(error)
        return refusal('failed', 'The shell could not do that.')
      }
    })
  }
  return { handle }
}

export type Door = ReturnType<typeof createDoor>
