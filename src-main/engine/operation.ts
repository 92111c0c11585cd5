import type { ContractProcedure, ErrorMap, InferSchemaInput, InferSchemaOutput, Meta } from '@orpc/contract'
import type { Principal } from './access/facts.ts'

/** Who calls, from where. Every operation gets it first. */
export interface Caller {
  readonly principal: Principal
  /** IP address; null for the command line. */
  readonly address: string | null
}

/** The function that answers a procedure of the contract: parsed input in, output out. */
export type Operation<Procedure> =
  Procedure extends ContractProcedure<infer Input, infer Output, ErrorMap, Meta>
    ? (caller: Caller, input: InferSchemaOutput<Input>) => Promise<InferSchemaInput<Output>>
    : never

/** The operations of a noun: one for each procedure of its contract. */
export type Operations<Contract> = { readonly [Name in keyof Contract]: Operation<Contract[Name]> }
