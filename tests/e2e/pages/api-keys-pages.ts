import type { Locator, Page } from '@playwright/test'
import { tablePart } from './parts.ts'

export const apiKeysPath = '/settings/integrations/api'

/** The list of API keys and the dialog that creates one. */
export const apiKeysPage = (page: Page) => {
  const dialog = page.getByRole('dialog', { name: 'Create API key' })
  return {
    ...tablePart(page, 'API keys'),
    create: page.getByRole('main').getByRole('button', { name: 'Create API key' }).first(),
    search: page.getByRole('searchbox', { name: 'Search by name' }),
    status: page.getByRole('combobox', { name: 'Status' }),
    revoke: (name: string) => page.getByRole('button', { name: `Revoke ${name}`, exact: true }),
    revokeSelected: page.getByRole('button', { name: /^Revoke \d+ keys?$/ }),
    dialog: {
      dialog,
      name: dialog.getByLabel('Name'),
      environment: dialog.getByLabel('Environment'),
      scope: (name: string) => dialog.getByRole('checkbox', { name: new RegExp(`^${name}\\b`) }),
      description: dialog.getByLabel('Description'),
      submit: dialog.getByRole('button', { name: 'Create API key' }),
      cancel: dialog.getByRole('button', { name: 'Cancel' }),
    },
  }
}

/** One API key. */
export const apiKeyPage = (page: Page) => {
  const main = page.getByRole('main')
  return {
    name: main.getByLabel('Name', { exact: true }),
    description: main.getByLabel('Description'),
    save: main.getByRole('button', { name: 'Save', exact: true }),
    expires: main.getByLabel('Expires'),
    allowedAddresses: main.getByLabel('Allowed addresses'),
    callsPerMinute: main.getByLabel('Calls per minute'),
    rotate: main.getByRole('button', { name: 'Rotate …' }),
    disable: main.getByRole('button', { name: 'Disable …' }),
    enable: main.getByRole('button', { name: 'Enable', exact: true }),
    revoke: main.getByRole('button', { name: 'Revoke key' }),
    prefix: main.getByRole('definition').filter({ hasText: /pb_/ }),
    showPrefix: main.getByRole('button', { name: /^Show the prefix/ }),
    lastUsed: main.getByRole('definition').filter({ hasText: 'from 127.0.0.1' }),
    callers: (place: Page | Locator = main) =>
      place.getByRole('table', { name: 'Callers of the last 30 days' }),
  }
}
