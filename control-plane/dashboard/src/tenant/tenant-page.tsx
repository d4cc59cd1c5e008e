import { useSearchParams } from 'react-router';
import { usePlatform } from '../app/platform';
import { useResource } from '../app/use-resource';
import { Empty, Loading, PageHead, ProblemNote, Segments, TableFrame } from '../ui/parts';
import { AuditPanel } from './audit-panel';
import { KeyPanel } from './key-panel';
import { MemberPanel } from './member-panel';

interface Usage {
  readonly tenant: string;
  readonly tier: string;
  readonly quotas: Readonly<Record<string, { readonly limit: number; readonly source: 'tenant' | 'tier'; readonly used?: number }>>;
}

const PARTS = [
  ['usage', 'Use'],
  ['members', 'Members'],
  ['keys', 'API keys'],
  ['audit', 'Audit log'],
] as const;

/** The tenant: what it may use and does, its members and API keys, what was changed in it. */
export function TenantPage() {
  const { tenant, tenants } = usePlatform();
  const [parameters, setParameters] = useSearchParams();
  const part = PARTS.find(([it]) => it === parameters.get('part'))?.[0] ?? 'usage';
  const known = tenants.find((it) => it.id === tenant);
  if (tenant === undefined) {
    return (
      <>
        <PageHead title="Tenant" />
        <Empty title="Your credential may not see its tenant">
          <p>
            It needs the scope <code>tenant:read</code>. Streams and alerts are open to you as far as its other scopes go.
          </p>
        </Empty>
      </>
    );
  }
  return (
    <>
      <PageHead
        title={known?.name ?? tenant}
        actions={
          <Segments label="Part" options={PARTS} value={part} onChange={(next) => setParameters({ part: next }, { replace: true })} />
        }
      >
        <div className="row">
          <code>{tenant}</code>
          {known !== undefined ? <span className="badge info">{known.tier}</span> : null}
          {known?.active === false ? <span className="badge critical">not active</span> : null}
        </div>
      </PageHead>
      {part === 'usage' ? <UsagePanel tenant={tenant} /> : null}
      {part === 'members' ? <MemberPanel /> : null}
      {part === 'keys' ? <KeyPanel /> : null}
      {part === 'audit' ? <AuditPanel /> : null}
    </>
  );
}

const NUMBER = new Intl.NumberFormat('en');

function UsagePanel({ tenant }: { tenant: string }) {
  const { rest } = usePlatform();
  const usage = useResource((signal) => rest.get<Usage>(`/tenants/${tenant}/usage`, {}, signal), [tenant]);
  if (usage.problem !== undefined) {
    return <ProblemNote problem={usage.problem} retry={usage.reload} />;
  }
  if (usage.data === undefined) {
    return <Loading what="what is used" />;
  }
  return (
    <section className="panel" aria-label="Quotas">
      <div className="panel-head">
        <h2>Quotas of the tier {usage.data.tier}</h2>
        <button type="button" className="button quiet small" onClick={usage.reload}>
          Read again
        </button>
      </div>
      <TableFrame label="Quotas">
        <table>
          <thead>
            <tr>
              <th scope="col">Quota</th>
              <th scope="col" className="right">
                Used
              </th>
              <th scope="col" className="right">
                Limit
              </th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(usage.data.quotas).map(([name, quota]) => {
              const share = quota.used === undefined || quota.limit === 0 ? undefined : Math.min(1, quota.used / quota.limit);
              return (
                <tr key={name}>
                  <td>
                    {name.replaceAll('-', ' ')} {quota.source === 'tenant' ? <span className="badge">its own</span> : null}
                  </td>
                  <td className="right number">{quota.used === undefined ? '–' : NUMBER.format(quota.used)}</td>
                  <td className="right number">{NUMBER.format(quota.limit)}</td>
                  <td style={{ minWidth: '8rem' }}>
                    {share === undefined ? null : (
                      <div
                        className={share >= 0.9 ? 'meter full' : 'meter'}
                        role="meter"
                        aria-label={name}
                        aria-valuemin={0}
                        aria-valuemax={100}
                        aria-valuenow={Math.round(share * 100)}
                      >
                        <span style={{ width: `${share * 100}%` }} />
                      </div>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableFrame>
    </section>
  );
}
