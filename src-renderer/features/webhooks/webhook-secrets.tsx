import { CalendarPlus, RefreshCw, ShieldOff } from 'lucide-react'
import { useState } from 'react'
import type { Webhook } from '#contract/webhooks.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { NewestSecretProbe } from './newest-secret-probe.tsx'
import { EndOverlapDialog, ExtendOverlapDialog } from './overlap-dialogs.tsx'
import { RotateSecretDialog } from './rotate-secret-dialog.tsx'
import { SecretList, secretsDescription } from './secret-list.tsx'

type Open = 'rotate' | 'extend' | 'end' | null

/** The signing secrets of a webhook, their rotation, and whether the receiver has followed it. */
export const WebhookSecrets = ({ webhook }: { webhook: Webhook }) => {
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  const rotating = webhook.secrets.some(({ expiresAt }) => expiresAt !== null)
  return (
    <div className="grid max-w-3xl gap-4">
      <Card
        title="Signing secrets"
        description={secretsDescription}
        actions={
          <Button look="primary" onClick={() => setOpen('rotate')}>
            <RefreshCw aria-hidden />
            Rotate …
          </Button>
        }
      >
        <div className="space-y-3">
          <SecretList webhook={webhook} />
          {rotating && (
            <div className="flex flex-wrap gap-2">
              <Button size="sm" onClick={() => setOpen('extend')}>
                <CalendarPlus aria-hidden />
                Extend the overlap …
              </Button>
              <Button size="sm" onClick={() => setOpen('end')}>
                <ShieldOff aria-hidden />
                End it now …
              </Button>
            </div>
          )}
        </div>
      </Card>
      <NewestSecretProbe webhook={webhook} />
      {open === 'rotate' && <RotateSecretDialog webhook={webhook} onClose={close} />}
      {open === 'extend' && <ExtendOverlapDialog webhook={webhook} onClose={close} />}
      {open === 'end' && <EndOverlapDialog webhook={webhook} onClose={close} />}
    </div>
  )
}
