import type { Locator, Page } from '@playwright/test'

/** What stands around every page. */
export const framePart = (page: Page) => {
  const navigation = page.getByRole('navigation', { name: 'Main' })
  return {
    navigation,
    leaf: (name: string) => navigation.getByRole('link', { name, exact: true }),
    group: (name: string) => navigation.getByRole('heading', { name, exact: true }),
    main: page.getByRole('main'),
    skipLink: page.getByRole('link', { name: 'Skip to content' }),
    account: page.getByRole('button', { name: /^Account:/ }),
    menuItem: (name: string) => page.getByRole('menuitem', { name }),
    organization: page.getByRole('button', { name: /^Organization:/ }),
    occasion: page.getByRole('button', { name: /^Occasion:/ }),
    choice: (name: string | RegExp) => page.getByRole('menuitemradio', { name }),
    statusBar: page.getByRole('list', { name: 'Status' }),
    unreachable: page.getByText('engine is not answering'),
    bell: page.getByRole('button', { name: /^Notifications/ }),
    notifications: page.getByRole('dialog', { name: 'Notifications' }),
    title: (name: string | RegExp) => page.getByRole('heading', { level: 1, name, exact: true }),
    toast: (text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text }),
  }
}

/** A table, its rows and what stands where it has none. */
export const tablePart = (page: Page, label: string) => {
  const table = page.getByRole('table', { name: label, exact: true })
  return {
    table,
    /** The rows of data: all but that of the headers. */
    rows: table.locator('tbody').getByRole('row'),
    row: (text: string | RegExp) => table.locator('tbody').getByRole('row').filter({ hasText: text }),
    link: (name: string | RegExp) => table.getByRole('link', { name, exact: true }),
    select: (name: string) => table.getByRole('checkbox', { name: `Select ${name}`, exact: true }),
    loadMore: page.getByRole('button', { name: 'Load more' }),
    clearFilters: page.getByRole('search').getByRole('button', { name: 'Clear filters' }),
    noneMatch: page.getByText(/^No .* match these filters$/),
    couldNotLoad: page.getByRole('alert').filter({ hasText: 'could not be loaded' }),
    tryAgain: page.getByRole('button', { name: 'Try again' }),
  }
}

/** The dialog that shows a secret the only time. */
export const secretDialogPart = (page: Page) => {
  const dialog = page.getByRole('dialog', { name: /^(Store the|Give .* this address)/ })
  return {
    dialog,
    secret: dialog.locator('[data-secret]'),
    stored: dialog.getByRole('checkbox', { name: 'I have stored it' }),
    close: dialog.getByRole('button', { name: 'Close' }),
  }
}

/** The question before something that cannot be taken back, or before changes are saved. */
export const confirmDialogPart = (page: Page, title: string | RegExp) => {
  const dialog = page.getByRole('alertdialog', { name: title })
  return {
    dialog,
    cancel: dialog.getByRole('button', { name: 'Cancel' }),
    confirm: (verb: string | RegExp) => dialog.getByRole('button', { name: verb }),
  }
}

/** Why something is refused: the notice on a page, and the dialog with all gates behind it. */
export const refusalPart = (page: Page) => {
  const main = page.getByRole('main')
  const dialog = page.getByRole('dialog', { name: 'Why this is refused' })
  const gates = dialog.getByRole('list').getByRole('listitem')
  return {
    title: (text: string) => main.getByText(text, { exact: true }),
    explain: main.getByRole('button', { name: 'Explain' }),
    subscription: main.getByRole('link', { name: 'See Subscription' }),
    documentation: main.getByRole('link', { name: 'Documentation', exact: true }),
    users: main.getByRole('link', { name: 'Settings → Users' }),
    dialog,
    gates,
    decidingGate: gates.filter({ hasText: 'This gate decided' }),
    remedy: dialog.getByText('What would change the answer'),
  }
}

/** Every button that would change something on a page of the hub. */
export const managementControls = (main: Locator): Locator =>
  main.getByRole('button', {
    name: /^(Create|New|Add|Edit|Save|Revoke|Rotate|Pause|Resume|Delete|Remove|Connect|Disconnect|Configure|Reset|Enable|Disable|Send|Check|Release|Discard|Replay|Recover|Extend|End|Actions for)\b/i,
  })
