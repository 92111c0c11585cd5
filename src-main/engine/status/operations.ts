import type { ConsoleContract } from '#contract/console.ts'
import { requireSignedIn } from '../access/signed-in.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

export const createStatus = ({
  store,
  delivery,
  access,
}: Toolbox): Operations<ConsoleContract['status']> => ({
  async get(caller, { organizationId, occasionId = null }) {
    await requireSignedIn(access, caller, { organizationId, occasionId })
    const off = await store.read.killSwitches.listOff(organizationId)
    return {
      ...delivery.state(),
      ...(await store.read.overview.readStatus({ organizationId, occasionId })),
      deliverySwitchedOff: off.some(({ name }) => name === 'delivery'),
    }
  },
})
