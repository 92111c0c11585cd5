import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSettings, type ShellSettings } from '#main/shell/settings.ts'
import { visibleBounds } from '#main/shell/window-options.ts'
import { createWindows } from '#main/shell/windows.ts'
import { FakeWindow } from './fake-electron.ts'

const screen = [{ x: 0, y: 0, width: 1920, height: 1080 }]
const bounds = { x: 100, y: 50, width: 1000, height: 700 }

const settingsWith = (values: Record<string, unknown>) => {
  const kept = { ...values }
  const file = {
    get: (key: string) => kept[key],
    set: (more: Partial<ShellSettings>) => void Object.assign(kept, more),
  }
  return { settings: createSettings(file), kept }
}

const windowsWith = (values: Record<string, unknown> = {}) => {
  const opened: FakeWindow[] = []
  const reported: unknown[] = []
  const answers = { leave: false }
  const { settings, kept } = settingsWith(values)
  const windows = createWindows({
    newWindow: (options) => {
      const window = new FakeWindow(options)
      opened.push(window)
      return window
    },
    options: () => ({}),
    settings,
    mayLeave: () => answers.leave,
    report: (error) => reported.push(error),
  })
  const last = () => opened[opened.length - 1] ?? new FakeWindow({})
  return { windows, opened, reported, kept, last, answers }
}

describe('the settings of the shell', () => {
  it('are the defaults where nothing was kept', () => {
    expect(settingsWith({}).settings.read()).toEqual({
      windowBounds: null,
      windowMaximized: false,
      theme: 'system',
      attachAddress: null,
    })
  })

  it('take the default for each value that does not parse, and keep the others', () => {
    const { settings } = settingsWith({
      windowBounds: { x: 1, y: 2, width: -5, height: 700 },
      theme: 'dark',
      attachAddress: 'file:///etc/passwd',
    })
    expect(settings.read()).toMatchObject({ windowBounds: null, theme: 'dark', attachAddress: null })
  })

  it('are kept when they change', () => {
    const { settings } = settingsWith({})
    settings.update({ theme: 'light', attachAddress: 'http://127.0.0.1:4780' })
    expect(settings.read()).toMatchObject({ theme: 'light', attachAddress: 'http://127.0.0.1:4780' })
  })
})

describe('the bounds of the window', () => {
  it('are those of the last time', () => {
    expect(visibleBounds(bounds, screen)).toEqual(bounds)
  })

  it('are the first ones again when the screen that showed them is gone', () => {
    expect(visibleBounds({ ...bounds, x: 3000 }, screen)).toEqual({ width: 1280, height: 832 })
    expect(visibleBounds(null, screen)).toEqual({ width: 1280, height: 832 })
  })
})

describe('the window of the console', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('loads the console and is seen when it has something to show', () => {
    const { windows, last } = windowsWith()
    windows.show()
    expect(last().loaded).toBe('app://console/')
    expect(last().calls).toEqual([])
    last().emit('ready-to-show')
    expect(last().calls).toEqual(['show'])
  })

  it('is there once: asked for again it comes forward', () => {
    const { windows, opened, last } = windowsWith()
    windows.show()
    last().minimized = true
    windows.show()
    expect(opened).toHaveLength(1)
    expect(last().calls).toEqual(['restore', 'show', 'focus'])
    last().emit('closed')
    windows.show()
    expect(opened).toHaveLength(2)
  })

  it('keeps its bounds when it is closed and is maximized again if it was', () => {
    const { windows, last, kept } = windowsWith()
    windows.show()
    last().bounds = bounds
    last().maximized = true
    last().emit('close')
    expect(kept).toMatchObject({ windowBounds: bounds, windowMaximized: true })
    last().emit('closed')
    windows.show()
    last().emit('ready-to-show')
    expect(last().calls).toEqual(['maximize', 'show'])
  })

  it('tells its page, and nobody when there is none', () => {
    const { windows, last } = windowsWith()
    windows.tell('channel', 1)
    windows.show()
    windows.tell('channel', 2)
    expect(last().webContents.sent).toEqual([{ channel: 'channel', message: 2 }])
  })

  it('lets its page go with unsaved changes only when somebody says so', () => {
    const { windows, last, answers } = windowsWith()
    windows.show()
    const leave = () => {
      let left = false
      last().webContents.emit('will-prevent-unload', { preventDefault: () => (left = true) })
      return left
    }
    expect(leave()).toBe(false)
    answers.leave = true
    expect(leave()).toBe(true)
  })

  it('loads its page again after a crash, three times a minute at most', () => {
    const { windows, last, reported } = windowsWith()
    windows.show()
    const crash = (reason: string) => last().webContents.emit('render-process-gone', {}, { reason })
    crash('clean-exit')
    expect(last().webContents.reloads).toBe(0)
    for (let crashes = 0; crashes < 5; crashes += 1) crash('crashed')
    expect(last().webContents.reloads).toBe(3)
    expect(reported).toHaveLength(5)
    vi.setSystemTime(60_000)
    crash('oom')
    expect(last().webContents.reloads).toBe(4)
  })
})
