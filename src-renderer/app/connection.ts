import { createStore } from 'zustand/vanilla'

/**
 * `connecting` until the stream of changes is open, `connected` while it is, `unreachable` after a call got no
 * answer at all.
 */
export type ConnectionState = 'connecting' | 'connected' | 'unreachable'

/** Whether the engine host answers. Written by live.ts and the query client, read by the frame. */
export const connectionStore = createStore<{ state: ConnectionState }>(() => ({ state: 'connecting' }))

/** The stream of changes is open. */
export const noteConnected = () => connectionStore.setState({ state: 'connected' })

/** The stream of changes broke; whether the host is away shows at the next call. */
export const noteStreamBroken = () => connectionStore.setState({ state: 'connecting' })

/** A call got no answer at all. */
export const noteUnreachable = () => connectionStore.setState({ state: 'unreachable' })

/** A call was answered: the host is there, though the stream of changes may still have to open. */
export const noteAnswer = () =>
  connectionStore.setState(({ state }) => ({ state: state === 'unreachable' ? 'connecting' : state }))
