import type { ReactNode } from 'react'
import { Card } from '#renderer/ui/card.tsx'

/** The parts of a webhook's configuration; each has its own address. */
export const settingsSections = [
  { id: 'general', title: 'General' },
  { id: 'sending', title: 'Sending' },
  { id: 'schedule', title: 'Schedule' },
  { id: 'filter', title: 'Filter' },
  { id: 'body', title: 'Body' },
  { id: 'headers', title: 'Headers' },
  { id: 'signatures', title: 'Signatures' },
  { id: 'authentication', title: 'Authentication and TLS' },
] as const
export type SettingsSectionId = (typeof settingsSections)[number]['id']

/** One of the parts, where its address leads. */
export const SettingsSection = ({
  id,
  description,
  actions,
  children,
}: {
  id: SettingsSectionId
  description?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) => (
  <div id={id} className="scroll-mt-4">
    <Card
      title={settingsSections.find((section) => section.id === id)?.title}
      description={description}
      actions={actions}
    >
      {children}
    </Card>
  </div>
)
