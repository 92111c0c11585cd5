import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

const announcements = createStore<{ text: string; count: number }>(() => ({ text: '', count: 0 }))

/** Says something to screen readers, politely. */
export const announce = (text: string) =>
  announcements.setState((state) => ({ text, count: state.count + 1 }))

/** The live region behind {@link announce}. Once per page. */
export const Announcer = () => {
  const { text, count } = useStore(announcements)
  // The same text twice in a row is read again only when the region changes.
  return (
    <div className="sr-only" aria-live="polite" aria-atomic="true">
      {text}
      {count % 2 ? '\u00a0' : ''}
    </div>
  )
}
