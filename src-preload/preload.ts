import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron'
import { bridgeChannels, type DesktopBridge, type HostState, versionArgument } from '#contract/bridge.ts'

const version =
  process.argv.find((argument) => argument.startsWith(versionArgument))?.slice(versionArgument.length) ?? ''

/** Security checklist 20: one frozen object of named functions; no channel names, no event objects. */
const bridge: DesktopBridge = Object.freeze({
  platform: process.platform,
  version,
  openExternal: (url: string) => ipcRenderer.invoke(bridgeChannels.openExternal, url),
  notify: ({ title, body }: { title: string; body: string }) =>
    ipcRenderer.invoke(bridgeChannels.notify, { title, body }),
  setTheme: (theme: 'light' | 'dark' | 'system') => ipcRenderer.invoke(bridgeChannels.setTheme, theme),
  hostState: () => ipcRenderer.invoke(bridgeChannels.hostState),
  onHostState: (listener: (state: HostState) => void) => {
    const forward = (_event: IpcRendererEvent, state: HostState) => listener(state)
    ipcRenderer.on(bridgeChannels.hostStateChanged, forward)
    return () => {
      ipcRenderer.removeListener(bridgeChannels.hostStateChanged, forward)
    }
  },
  dataKeyProtection: () => ipcRenderer.invoke(bridgeChannels.dataKeyProtection),
})

contextBridge.exposeInMainWorld('patchbay', bridge)
