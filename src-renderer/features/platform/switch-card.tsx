import { Power, PowerOff } from 'lucide-react'
import { useState } from 'react'
import type { SwitchState } from '#contract/platform.ts'
import { killSwitchLabels } from '#renderer/app/labels.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { formatCount, formatNumberOf } from '#renderer/ui/format.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { SwitchOffDialog, SwitchOnDialog } from './switch-dialogs.tsx'
import { type SwitchPlace, switchTexts } from './switch-texts.ts'

type Turning = { to: 'on'; place: SwitchPlace | null } | { to: 'off'; forEverybody: boolean }
type Off = NonNullable<SwitchState['platform']>

const OffText = ({ off }: { off: Off }) => (
  <p>
    {off.reason}{' '}
    <span className="text-muted">
      – {off.by}, <RelativeTime at={off.at} />
    </span>
  </p>
)

/** One switch: whether it is on for everybody, and for whom it is off. */
export const SwitchCard = ({ state }: { state: SwitchState }) => {
  const [turning, setTurning] = useState<Turning | null>(null)
  const close = () => setTurning(null)
  const { name, platform, organizations, organizationsOff } = state
  return (
    <Card
      title={killSwitchLabels[name]}
      description={switchTexts[name].stops}
      actions={
        <Badge tone={platform ? 'danger' : 'success'} icon={platform ? PowerOff : Power}>
          {platform ? 'Off for everybody' : 'On'}
        </Badge>
      }
    >
      <div className="space-y-3">
        {platform && <OffText off={platform} />}
        {organizationsOff > 0 && (
          <div>
            <p className="font-medium">Off for {formatNumberOf(organizationsOff, 'organization')}</p>
            <ul className="mt-1 divide-y divide-line border-y border-line">
              {organizations.map((off) => (
                <li key={off.organizationId} className="flex items-center gap-3 py-2">
                  <div className="min-w-0 flex-1">
                    <p className="font-medium">{off.organizationName}</p>
                    <OffText off={off} />
                  </div>
                  <Button
                    size="sm"
                    onClick={() =>
                      setTurning({ to: 'on', place: { id: off.organizationId, name: off.organizationName } })
                    }
                  >
                    Turn on<span className="sr-only"> for {off.organizationName}</span>
                  </Button>
                </li>
              ))}
            </ul>
            {organizationsOff > organizations.length && (
              <p className="mt-1 text-muted">
                and {formatCount(organizationsOff - organizations.length)} more
              </p>
            )}
          </div>
        )}
        <div className="flex flex-wrap gap-2">
          {platform ? (
            <Button look="primary" onClick={() => setTurning({ to: 'on', place: null })}>
              <Power aria-hidden />
              Turn on for everybody …
            </Button>
          ) : (
            <Button onClick={() => setTurning({ to: 'off', forEverybody: true })}>
              <PowerOff aria-hidden />
              Turn off for everybody …
            </Button>
          )}
          <Button onClick={() => setTurning({ to: 'off', forEverybody: false })}>
            <PowerOff aria-hidden />
            Turn off for one organization …
          </Button>
        </div>
      </div>
      {turning?.to === 'on' && <SwitchOnDialog name={name} place={turning.place} onClose={close} />}
      {turning?.to === 'off' && (
        <SwitchOffDialog name={name} forEverybody={turning.forEverybody} onClose={close} />
      )}
    </Card>
  )
}
