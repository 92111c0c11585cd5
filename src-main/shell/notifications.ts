export interface ShownNotification {
  show(): void
  on(event: 'click', listener: () => void): unknown
}

export interface NotificationParts {
  isSupported(): boolean
  newNotification(options: { title: string; body: string }): ShownNotification
  /** The person chose the notification. */
  onChosen(): void
  now(): number
}

/** More than this helps nobody, and a page in a loop must not bury the desktop. */
const notificationsMax = 5
const withinMs = 10_000

/** Shows notifications of the system; beyond a few in a row they are dropped, as the console lists them all. */
export const createNotify = ({ isSupported, newNotification, onChosen, now }: NotificationParts) => {
  let shownAt: number[] = []
  return ({ title, body }: { title: string; body: string }): void => {
    shownAt = shownAt.filter((at) => now() - at < withinMs)
    if (!isSupported() || shownAt.length >= notificationsMax) return
    shownAt.push(now())
    const notification = newNotification({ title, body })
    notification.on('click', onChosen)
    notification.show()
  }
}
