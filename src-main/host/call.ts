import type { ContractProcedure, ErrorMap, InferSchemaInput, InferSchemaOutput, Meta } from '@orpc/contract'
import type { ConsoleContract } from '#contract/console.ts'
import type { Caller } from '#main/engine/operation.ts'
import type { OpenedSession, Session, Visitor } from '#main/engine/sessions/sessions.ts'

/** One call of the console: a caller with the session that the request brought. */
export interface Call extends Caller {
  readonly visitor: Visitor
  readonly session: Session | null
  readonly token: string | null
  /** Gives the browser its session. */
  opened(session: OpenedSession): void
  /** Takes the session from the browser. */
  closed(): void
}

/** What answers a procedure of the contract. The engine's operations need no more than the caller of it. */
export type HostOperation<Procedure> =
  Procedure extends ContractProcedure<infer Input, infer Output, ErrorMap, Meta>
    ? (call: Call, input: InferSchemaOutput<Input>) => Promise<InferSchemaInput<Output>>
    : never

export type HostOperationsOf<Contract> = { readonly [Name in keyof Contract]: HostOperation<Contract[Name]> }

/** One operation for every procedure of the console's contract. */
export type HostOperations = {
  readonly [Noun in keyof ConsoleContract]: HostOperationsOf<ConsoleContract[Noun]>
}
