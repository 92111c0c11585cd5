import { Unplug } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { HostState } from '#contract/bridge.ts'
import { desktop } from '#renderer/bridge.ts'
import { connectionStore } from './connection.ts'

/** What the shell of a desktop window knows of its host; null in a browser. */
const useHostState = () => {
  const [hostState, setHostState] = useState<HostState | null>(null)
  useEffect(() => {
    if (!desktop) return
    const stop = desktop.onHostState(setHostState)
    void desktop.hostState().then((answer) => answer.ok && setHostState(answer.value))
    return stop
  }, [])
  return hostState
}

/** Says calmly that the host does not answer. What is on the screen stays readable. */
export const ConnectionBanner = () => {
  const unreachable = useStore(connectionStore, ({ state }) => state === 'unreachable')
  const host = useHostState()
  return (
    <div role="status">
      {unreachable && (
        <p className="flex items-center justify-center gap-2 bg-warning-soft px-4 py-1.5 text-warning">
          <Unplug aria-hidden className="size-4 shrink-0" />
          Patchbay’s engine is not answering – reconnecting
          {host?.state === 'restarting' && ` (start ${host.attempt}; ${host.reason})`}
        </p>
      )}
    </div>
  )
}
