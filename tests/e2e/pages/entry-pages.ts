import type { Page } from '@playwright/test'

/** The pages before the console: first run, sign-in, lock. */
export const firstRunPage = (page: Page) => ({
  title: page.getByRole('heading', { level: 1, name: 'Set up this installation' }),
  organization: page.getByLabel('Organization'),
  name: page.getByLabel('Your name'),
  email: page.getByLabel('Email'),
  password: page.getByLabel('Password'),
  create: page.getByRole('button', { name: 'Create organization' }),
  openDemo: page.getByRole('button', { name: 'Open the demo workspace' }),
})

export const signInPage = (page: Page) => ({
  title: page.getByRole('heading', { level: 1, name: /^Sign in/ }),
  email: page.getByLabel('Email'),
  password: page.getByLabel('Password'),
  signIn: page.getByRole('button', { name: 'Sign in', exact: true }),
  problem: page.getByRole('alert'),
  person: (name: string) => page.getByRole('button', { name: new RegExp(`^${name}\\b`) }),
})

export const unlockPage = (page: Page) => ({
  title: page.getByRole('heading', { level: 1, name: 'Locked' }),
  password: page.getByLabel('Password'),
  unlock: page.getByRole('button', { name: 'Unlock' }),
  goOnAs: (name: string) => page.getByRole('button', { name: `Go on as ${name}` }),
  problem: page.getByRole('alert'),
})

export const sessionsPage = (page: Page) => {
  const table = page.getByRole('table', { name: 'Sessions' })
  return {
    title: page.getByRole('heading', { level: 1, name: 'Sessions and password' }),
    sessions: table.locator('tbody').getByRole('row'),
    current: table.getByRole('row').filter({ hasText: 'This session' }),
    end: table.getByRole('button', { name: 'End' }),
    currentPassword: page.getByLabel('Current password'),
    newPassword: page.getByLabel('New password'),
    changePassword: page.getByRole('button', { name: 'Change password' }),
  }
}
