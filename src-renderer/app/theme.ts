import { persist } from 'zustand/middleware'
import { createStore } from 'zustand/vanilla'
import { desktop } from '#renderer/bridge.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]
export const themeLabels: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' }

/** The theme that the person chose, kept on this machine. */
export const themeStore = createStore<{ theme: Theme }>()(
  persist((): { theme: Theme } => ({ theme: 'system' }), { name: 'patchbay.theme' }),
)

export const setTheme = (theme: Theme) => themeStore.setState({ theme })

/**
 * Keeps `data-theme` of the document at what is chosen, or at what the system says; the frame of a desktop window
 * follows. Call it once.
 */
export const applyTheme = () => {
  const systemDark = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    const { theme } = themeStore.getState()
    const dark = theme === 'dark' || (theme === 'system' && systemDark.matches)
    document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  }
  const applyToWindow = () => void desktop?.setTheme(themeStore.getState().theme)
  themeStore.subscribe(apply)
  themeStore.subscribe(applyToWindow)
  systemDark.addEventListener('change', apply)
  apply()
  applyToWindow()
}
