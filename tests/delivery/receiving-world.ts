import { afterEach, beforeEach } from 'vitest'
import { keepingReceivers } from './receivers.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

/** Of the test that runs. */
export let world: DeliveryWorld
const receivers = keepingReceivers(() => world.notice())
export const { receive } = receivers

export const status = (id: string) => world.delivery(id).status

/** Opens a world for each test of the file, whose organizations may send to this machine. */
export const receivingWorldPerTest = (): void => {
  beforeEach(async () => {
    world = await openDeliveryWorld()
    await world.allow('127.0.0.0/8')
  })
  afterEach(async () => {
    await receivers.close()
    await world.close()
  })
}
