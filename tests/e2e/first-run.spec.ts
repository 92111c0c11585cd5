import { firstRunPage, sessionsPage, signInPage, unlockPage } from './pages/entry-pages.ts'
import { framePart } from './pages/parts.ts'
import { type Host, startHost } from './support/host.ts'
import { owner, setUp } from './support/set-up.ts'
import { expect, openPageAs, test } from './support/test.ts'

test.describe('an empty data directory', () => {
  let host: Host
  test.beforeEach(async () => {
    host = await startHost({ demo: false })
  })
  test.afterEach(() => host.stop())

  test('becomes an organization with its owner, who can leave and come back', async ({ page }) => {
    const firstRun = firstRunPage(page)
    const signIn = signInPage(page)
    const frame = framePart(page)
    await page.goto(host.url)
    await test.step('every field says what it needs', async () => {
      await firstRun.create.click()
      await expect(firstRun.organization).toHaveAccessibleDescription(/Give a name/)
      await expect(firstRun.email).toHaveAccessibleDescription(/Give an email address/)
      await expect(firstRun.password).toHaveAccessibleDescription(/At least 10 characters/)
    })
    await test.step('the owner arrives on the overview', async () => {
      await setUp(page, host.url)
      await expect(frame.organization).toHaveText(/Lakeside Theatre/)
      await expect(frame.account).toHaveText(/Nora Quinn/)
    })
    await test.step('signing out asks for email and password', async () => {
      await frame.account.click()
      await frame.menuItem('Sign out').click()
      await expect(signIn.title).toBeVisible()
    })
    await test.step('a wrong password is refused without telling which part was wrong', async () => {
      await signIn.email.fill(owner.email)
      await signIn.password.fill('curtain down at seven')
      await signIn.signIn.click()
      await expect(signIn.problem).toContainText('Email or password are not right.')
      await expect(frame.navigation).toBeHidden()
    })
    await test.step('the right one opens the console', async () => {
      await signIn.password.fill(owner.password)
      await signIn.signIn.click()
      await expect(frame.title('Overview')).toBeVisible()
    })
    await test.step('a locked console opens with the password again', async () => {
      const locked = unlockPage(page)
      await frame.leaf('Users').click()
      await frame.account.click()
      await frame.menuItem('Lock').click()
      await locked.password.fill(owner.password)
      await locked.unlock.click()
      await expect(frame.title('Users')).toBeVisible()
    })
    await test.step('the password is changed', async () => {
      const sessions = sessionsPage(page)
      await frame.account.click()
      await frame.menuItem('Sessions and password').click()
      await sessions.currentPassword.fill('not the current one')
      await sessions.newPassword.fill('second act after the break')
      await sessions.changePassword.click()
      await expect(page.getByRole('alert')).toContainText('not right')
      await sessions.currentPassword.fill(owner.password)
      await sessions.changePassword.click()
      await expect(frame.toast('Password changed')).toBeVisible()
    })
  })

  test('becomes the demo workspace', async ({ page }) => {
    const signIn = signInPage(page)
    await page.goto(host.url)
    await firstRunPage(page).openDemo.click()
    await expect(signIn.title).toHaveText('Sign in to the demo workspace')
    await signIn.person('Ada').click()
    const frame = framePart(page)
    await expect(frame.organization).toHaveText(/Harbour Hall/)
    await frame.leaf('Events').click()
    await expect(page.getByRole('table', { name: 'Events' }).getByRole('link').first()).toBeVisible()
  })
})

test('a sign-in address of the host works once and leads to the console', async ({ page, demo }) => {
  const frame = framePart(page)
  await page.goto(demo.signInUrl)
  await expect(frame.title('Overview')).toBeVisible()
  await expect(page).toHaveURL(`${demo.url}/`)
  await page.context().clearCookies()
  await page.goto(demo.signInUrl)
  await expect(page.getByRole('alert')).toContainText('sign_in_code_invalid')
  await page.getByRole('button', { name: 'Sign in another way' }).click()
  await expect(signInPage(page).title).toBeVisible()
})

test('a locked console shows nothing until its person is back, and then what was open', async ({
  page,
  openAs,
}) => {
  const frame = framePart(page)
  const locked = unlockPage(page)
  await openAs('Max', '/settings/users')
  await expect(frame.title('Users')).toBeVisible()
  await frame.account.click()
  await frame.menuItem('Lock').click()
  await expect(locked.title).toBeVisible()
  await expect(frame.navigation).toBeHidden()
  await page.reload()
  await expect(locked.title).toBeVisible()
  await locked.password.fill('not the password')
  await locked.unlock.click()
  await expect(locked.problem).toBeVisible()
  await locked.goOnAs('Max').click()
  await expect(frame.title('Users')).toBeVisible()
})

test('a person sees where they are signed in and ends a session elsewhere', async ({
  page,
  browser,
  ownDemo,
}) => {
  const sessions = sessionsPage(page)
  const elsewhere = await browser.newPage()
  await openPageAs(elsewhere, ownDemo.url, 'Finn')
  await openPageAs(page, ownDemo.url, 'Finn', '/account/sessions')
  await expect(sessions.current).toHaveCount(1)
  await expect(sessions.sessions).toHaveCount(2)
  await expect(sessions.end).toHaveCount(1)
  await sessions.end.click()
  const question = page.getByRole('alertdialog', { name: 'End this session' })
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await question.getByRole('button', { name: 'End session' }).click()
  await expect(sessions.sessions).toHaveCount(1)
  await expect(signInPage(elsewhere).title).toBeVisible()
  await elsewhere.close()
})
