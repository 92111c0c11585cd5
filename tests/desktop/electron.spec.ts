/** The desktop program in Electron itself. Runs where a runtime and a display are found. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, expect, test } from '@playwright/test'
import { findElectron } from '../../scripts/electron-runtime.ts'
import { root } from '../../scripts/paths.ts'

const executablePath = findElectron()
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY)

test.skip(executablePath === null, 'There is no Electron runtime here: npx install-electron gets it.')
test.skip(!hasDisplay, 'There is no display here: xvfb-run gives one.')

let dataDirectory: string
let program: ElectronApplication

test.beforeEach(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'patchbay-electron-'))
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  program = await _electron.launch({
    executablePath: executablePath ?? '',
    args: [...asRoot, root, '--data-dir', dataDirectory],
    cwd: root,
  })
})

test.afterEach(async () => {
  await program.close()
  rmSync(dataDirectory, { recursive: true, force: true })
})

test('opens the console, with the frozen bridge and nothing else of the shell', async () => {
  const page = await program.firstWindow()
  await expect(page).toHaveTitle(/Patchbay/)
  expect(page.url()).toMatch(/^app:\/\/console\//)
  // The host answers through the shell: first run asks for the organization.
  await expect(page.getByRole('heading').first()).toBeVisible({ timeout: 30_000 })

  const seen = await page.evaluate(() => {
    const bridge = Reflect.get(window, 'patchbay')
    return {
      keys: Object.keys(bridge).sort(),
      frozen: Object.isFrozen(bridge),
      cookie: document.cookie,
      require: typeof Reflect.get(window, 'require'),
      process: typeof Reflect.get(window, 'process'),
      module: typeof Reflect.get(window, 'module'),
    }
  })
  expect(seen).toEqual({
    keys: [
      'dataKeyProtection',
      'hostState',
      'notify',
      'onHostState',
      'openExternal',
      'platform',
      'setTheme',
      'version',
    ],
    frozen: true,
    cookie: '',
    require: 'undefined',
    process: 'undefined',
    module: 'undefined',
  })
})

test('keeps to its content security policy', async () => {
  const page = await program.firstWindow()
  await page.addInitScript(() => {
    const violations: string[] = []
    Reflect.set(window, 'violations', violations)
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      violations.push(`${violatedDirective} ${blockedURI}`)
    })
  })
  await page.reload()
  await expect(page.getByRole('heading').first()).toBeVisible({ timeout: 30_000 })
  expect(await page.evaluate(() => Reflect.get(window, 'violations'))).toEqual([])
  // The policy is there: what it forbids is refused.
  const remote = await page.evaluate(() =>
    fetch('https://example.com/').then(
      () => 'loaded',
      () => 'refused',
    ),
  )
  expect(remote).toBe('refused')
})
