import type { HostState } from '#contract/bridge.ts'

/** The state of the engine host in a few words, for the tray and its tooltip. */
export const hostWords = (state: HostState): string => {
  switch (state.state) {
    case 'starting':
      return 'The engine is starting'
    case 'ready':
      return 'The engine is running'
    case 'restarting':
      return `The engine stopped and is being restarted (${state.reason})`
    case 'attached':
      return `Attached to ${state.address}`
    case 'stopped':
      return 'The engine is stopped'
  }
}
