import type { ConsoleContract } from '#contract/console.ts'
import { requireSignedIn } from '../access/signed-in.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

export const createEventTypeOperations = ({
  eventTypes,
  access,
}: Toolbox): Operations<ConsoleContract['eventTypes']> => ({
  async list(caller) {
    await requireSignedIn(access, caller, { organizationId: null })
    return eventTypes.list()
  },
})
