import { EventEmitter } from 'node:events'
import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import { applicationMenu } from '#main/shell/menu.ts'
import { createNotify } from '#main/shell/notifications.ts'
import { followHostInTray, trayIconFile } from '#main/shell/tray.ts'

class FakeTrayIcon extends EventEmitter {
  toolTip = ''
  menu: MenuItemConstructorOptions[] = []
  setToolTip(text: string) {
    this.toolTip = text
  }
  setContextMenu(menu: MenuItemConstructorOptions[]) {
    this.menu = menu
  }
}

describe('the tray', () => {
  it('tells how the engine is and opens the window', () => {
    const icon = new FakeTrayIcon()
    const done: string[] = []
    const tell = followHostInTray(icon, (template) => template, {
      show: () => done.push('show'),
      quit: () => done.push('quit'),
    })
    tell({ state: 'restarting', attempt: 1, nextStartAt: 0, reason: 'exit code 1' })
    expect(icon.toolTip).toBe('Patchbay: The engine stopped and is being restarted (exit code 1)')
    tell({ state: 'ready' })
    expect(icon.menu.map(({ label }) => label)).toEqual([
      'The engine is running',
      undefined,
      'Open Patchbay',
      'Quit Patchbay',
    ])
    icon.emit('click')
    expect(done).toEqual(['show'])
  })

  it('has an icon that macOS can colour', () => {
    expect(trayIconFile('darwin')).toContain('Template')
    expect(trayIconFile('linux')).not.toContain('Template')
  })
})

describe('the menu', () => {
  const rolesOf = (platform: NodeJS.Platform, packaged: boolean) =>
    JSON.stringify(applicationMenu(platform, packaged, { showDataDirectory: () => {} }))

  it('has editing everywhere, which copy and paste need on macOS', () => {
    expect(rolesOf('linux', true)).toContain('editMenu')
    expect(rolesOf('darwin', true)).toContain('appMenu')
    expect(rolesOf('linux', true)).not.toContain('appMenu')
  })

  it('has developer tools only where the program is not packaged', () => {
    expect(rolesOf('linux', false)).toContain('toggleDevTools')
    expect(rolesOf('linux', true)).not.toContain('toggleDevTools')
  })
})

describe('notifications', () => {
  const notifier = (supported = true) => {
    const clock = { now: 0 }
    const shown: EventEmitter[] = []
    const chosen: number[] = []
    const notify = createNotify({
      isSupported: () => supported,
      newNotification: () => {
        const notification = Object.assign(new EventEmitter(), { show: () => void shown.push(notification) })
        return notification
      },
      onChosen: () => chosen.push(clock.now),
      now: () => clock.now,
    })
    return { notify, clock, shown, chosen }
  }

  it('bring the window forward when one is chosen', () => {
    const { notify, shown, chosen } = notifier()
    notify({ title: 'Webhook failing', body: '' })
    shown[0]?.emit('click')
    expect(chosen).toHaveLength(1)
  })

  it('are no more than five in ten seconds', () => {
    const { notify, clock, shown } = notifier()
    for (let count = 0; count < 8; count += 1) notify({ title: `${count}`, body: '' })
    expect(shown).toHaveLength(5)
    clock.now = 10_000
    notify({ title: 'later', body: '' })
    expect(shown).toHaveLength(6)
  })

  it('are left out where the system has none', () => {
    const { notify, shown } = notifier(false)
    notify({ title: 'x', body: '' })
    expect(shown).toEqual([])
  })
})
