import type { Page } from '@playwright/test'
import { tablePart } from './parts.ts'

export const switchesPath = '/platform/switches'
export const capabilitiesPath = '/platform/capabilities'
export const operationsPath = '/platform/webhooks'
export const healthPath = '/platform/integrations'
export const operationalPath = '/platform/operational-webhooks'

/** The kill switches, and the dialogs that turn them. */
export const switchesPage = (page: Page) => {
  const card = (name: string) => page.getByRole('region', { name, exact: true })
  const turningOff = page.getByRole('dialog', { name: /^Turn off / })
  return {
    card,
    offForEverybody: (name: string) => card(name).getByRole('button', { name: 'Turn off for everybody …' }),
    offForOne: (name: string) => card(name).getByRole('button', { name: 'Turn off for one organization …' }),
    onForEverybody: (name: string) => card(name).getByRole('button', { name: 'Turn on for everybody …' }),
    onFor: (name: string, organization: string) =>
      card(name).getByRole('button', { name: `Turn on for ${organization}` }),
    turningOff: {
      organization: turningOff.getByRole('button', { name: /^Organization/ }),
      option: (name: string) => page.getByRole('option', { name: new RegExp(`^${name}`) }),
      why: turningOff.getByLabel('Why'),
      submit: turningOff.getByRole('button', { name: 'Turn off' }),
    },
  }
}

/** What organizations may use, and the overrides above their plans. */
export const capabilitiesPage = (page: Page, organization: string) => {
  const drawer = page.getByRole('dialog', { name: organization, exact: true })
  const setting = page.getByRole('dialog', { name: /^Set an override for/ })
  return {
    ...tablePart(page, 'Organizations'),
    drawer,
    set: drawer.getByRole('button', { name: 'Set override …' }),
    remove: drawer.getByRole('button', { name: /^Remove/ }),
    setting: {
      capability: setting.getByLabel('Capability'),
      effect: setting.getByLabel('Effect'),
      ends: setting.getByLabel('Ends'),
      days: (days: number) => setting.getByRole('button', { name: `${days} days` }),
      why: setting.getByLabel('Why'),
      submit: setting.getByRole('button', { name: 'Set override' }),
    },
    done: page.getByRole('dialog', { name: 'This is what it did' }),
  }
}

/** The webhooks of all organizations. */
export const operationsPage = (page: Page) => ({
  ...tablePart(page, 'Webhooks'),
  failing: page.getByRole('combobox', { name: 'Failing' }),
  status: page.getByRole('combobox', { name: 'Status' }),
  drawer: (name: string) => page.getByRole('dialog', { name, exact: true }),
})

/** The platform's own subscriptions. */
export const operationalPage = (page: Page) => {
  const dialog = page.getByRole('dialog', { name: 'Add an operational subscription' })
  const rules = page.getByRole('form', { name: 'Add a network rule' })
  return {
    ...tablePart(page, 'Subscriptions'),
    add: page.getByRole('button', { name: 'Add subscription' }).first(),
    dialog: {
      dialog,
      url: dialog.getByLabel('URL', { exact: true }),
      name: dialog.getByLabel('Name'),
      event: (pattern: string) =>
        dialog
          .getByRole('list', { name: 'Events' })
          .getByRole('checkbox', { name: new RegExp(`^${pattern}`) }),
      part: (title: string) => dialog.locator('summary').filter({ hasText: title }),
      addLine: dialog.getByRole('button', { name: 'Add a line' }),
      conditionField: dialog.getByLabel('Field 1', { exact: true }),
      conditionValue: dialog.getByLabel('Value 1', { exact: true }),
      recentEvents: dialog.getByRole('region', { name: 'Recent events' }),
      bodyBefore: dialog.getByRole('figure', { name: 'Before' }),
      submit: dialog.getByRole('button', { name: 'Add subscription' }),
    },
    rules: {
      target: rules.getByLabel('Host name or CIDR'),
      why: rules.getByLabel('Why'),
      add: rules.getByRole('button', { name: 'Add rule' }),
    },
    drawer: (name: string) => page.getByRole('dialog', { name, exact: true }),
  }
}
