import type { Action } from '#contract/actions.ts'
import type { Access } from '#main/engine/access/access.ts'
import type { Caller } from '#main/engine/operation.ts'

/** Remembers which actions the operations asked the access rules about, call by call. */
export interface AskedActions {
  readonly access: Access
  /**
   * Makes sure that an operation that answered has really asked what the contract says that it demands:
   * a forgotten check is an error that every test of the procedure finds.
   */
  assertAsked(caller: Caller, action: Action, where: string): void
}

export const createAskedActions = (access: Access): AskedActions => {
  const asked = new WeakMap<Caller, Set<Action>>()
  return {
    access: {
      decide: (principal, action, target) => access.decide(principal, action, target),
      require(caller, action, target) {
        const actions = asked.get(caller)
        if (actions === undefined) asked.set(caller, new Set([action]))
        else actions.add(action)
        return access.require(caller, action, target)
      },
    },
    assertAsked(caller, action, where) {
      if (asked.get(caller)?.has(action)) return
      throw new Error(`${where} answered without asking the access rules about ${action}.`)
    },
  }
}
