import type { Topic } from '#contract/live.ts'
import { type DeliveryWorker, startDeliveryWorker } from '#main/delivery/client.ts'
import { HostReaches } from '#main/delivery/host-reaches.ts'
import type { WorkerView } from '#main/delivery/messages.ts'
import type { Resolve } from '#main/delivery/network-policy.ts'
import { systemProbes } from '#main/delivery/network-probes.ts'
import { type NetworkProbes, NetworkState, reaches } from '#main/delivery/network-state.ts'
import { createSystemResolve } from '#main/delivery/resolve.ts'
import type { DeliverySignal } from '#main/engine/parts.ts'
import type { ClockJump, TokenPauseRecord } from '#main/store/interface.ts'
import type { Logger } from './log.ts'

export interface DeliveryStart {
  readonly databasePath: string
  readonly dataKey: Buffer
  readonly turnMemory: SharedArrayBuffer
  /** The network came or went; what follows from it. */
  readonly onNetwork: (online: boolean) => Promise<void>
  /** The clock jumped. */
  readonly onClockJump: (jump: ClockJump) => Promise<void>
  /** The token endpoint of a webhook asks to be left alone; null: not any more. */
  readonly onTokenPause: (webhookId: string, pause: TokenPauseRecord | null) => Promise<void>
}

/** The delivery worker and the network as the engine sees them, from before their start: the engine is made first. */
export interface Delivery {
  readonly signal: DeliverySignal
  /** Asks the worker how it is. Null when there is none, or it does not answer. */
  inspect(): Promise<WorkerView | null>
  /** Looks at the network and at the worker, about once a second. */
  watch(): Promise<void>
  start(options: DeliveryStart): DeliveryWorker
}

export const createDelivery = ({
  log,
  publish,
  probes = systemProbes,
  resolve = createSystemResolve(),
}: {
  log: Logger
  publish: (topics: readonly Topic[]) => void
  probes?: NetworkProbes
  resolve?: Resolve
}): Delivery => {
  let worker: DeliveryWorker | null = null
  let onNetwork: DeliveryStart['onNetwork'] = async () => {}
  const hosts = new HostReaches(resolve)
  const network = new NetworkState({
    probes,
    onChange(reach) {
      hosts.renew()
      log.info({ reach }, reach === 'world' ? 'the machine is online' : 'the machine is offline')
      worker?.setReach(reach)
      publish(['status'])
      onNetwork(reach === 'world').catch((error) =>
        log.error({ err: error }, 'the network could not be noted'),
      )
    },
  })
  const inspect = async (): Promise<WorkerView | null> => (await worker?.inspect()) ?? null
  const signal: DeliverySignal = {
    wake: () => worker?.wake(),
    reconsider: () => worker?.reconsider(),
    reaches(url) {
      const reach = network.reach()
      return reach === 'world' || reaches(reach, hosts.ofUrl(url))
    },
    async findReach(url) {
      if (network.reach() !== 'world') await hosts.find(url)
    },
    state: () => ({ worker: worker?.state() ?? 'starting', online: network.reach() === 'world' }),
    deaths: () => worker?.deaths() ?? { count: 0, lastAgoMs: null },
    inspect,
  }
  let known = JSON.stringify(signal.state())
  return {
    signal,
    inspect,
    async watch() {
      await network.glance()
      const now = JSON.stringify(signal.state())
      if (now !== known) publish(['status'])
      known = now
    },
    start(options) {
      onNetwork = options.onNetwork
      worker = startDeliveryWorker({
        databasePath: options.databasePath,
        dataKey: options.dataKey,
        turnMemory: options.turnMemory,
        network,
        onChange: publish,
        onTrouble(trouble) {
          if (trouble !== null) log.warn({ trouble }, 'delivery is in trouble')
          publish(['status'])
        },
        onClockJump(jump) {
          log.warn(jump, 'the clock of the machine jumped')
          const failed = (error: unknown) => log.error({ err: error }, 'the jump could not be noted')
          options.onClockJump(jump).catch(failed)
        },
        onTokenPause(webhookId, pause) {
          const failed = (error: unknown) => log.error({ err: error }, 'the pause could not be noted')
          options.onTokenPause(webhookId, pause).catch(failed)
        },
        onDeath(error, restartInMs) {
          log.error({ err: error, restartInMs }, 'the delivery worker died')
          publish(['status'])
        },
      })
      return worker
    },
  }
}
