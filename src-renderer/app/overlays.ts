import { createStore } from 'zustand/vanilla'

/** Which of the frame's own overlays is open. */
export const overlayStore = createStore<{ open: 'palette' | 'shortcuts' | null }>(() => ({ open: null }))

export const closeOverlay = () => overlayStore.setState({ open: null })
