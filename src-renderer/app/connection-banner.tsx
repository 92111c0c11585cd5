import { Unplug } from 'lucide-react'
import { useStore } from 'zustand'
import { connectionStore } from './connection.ts'

/** Says calmly that the host does not answer. What is on the screen stays readable. */
export const ConnectionBanner = () => {
  const unreachable = useStore(connectionStore, ({ state }) => state === 'unreachable')
  return (
    <div role="status">
      {unreachable && (
        <p className="flex items-center justify-center gap-2 bg-warning-soft px-4 py-1.5 text-warning">
          <Unplug aria-hidden className="size-4" />
          Patchbay’s engine is not answering – reconnecting
        </p>
      )}
    </div>
  )
}
