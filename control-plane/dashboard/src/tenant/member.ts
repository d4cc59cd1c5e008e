/** Members of a tenant as the API has them: docs/api-keys.md. */
export interface Member {
  readonly userId: string;
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly role: Role;
  readonly version: number;
  readonly createdAt: string;
}

export type Role = 'viewer' | 'editor' | 'admin';

/** Each role and what it gives, the least first. */
export const ROLES: readonly (readonly [Role, string])[] = [
  ['viewer', 'sees definitions and results'],
  ['editor', 'also changes streams and alerts, and sends events'],
  ['admin', 'also manages members, keys and what the tenant may use'],
];

/** How a member is called: by the name that this tenant gives, or as the provider knows them. */
export function callOf(member: Member): string {
  return member.name === '' ? member.subject : member.name;
}

/** By name, those without one after them. */
export function inOrder(members: readonly Member[]): readonly Member[] {
  return [...members].sort((a, b) => Number(a.name === '') - Number(b.name === '') || callOf(a).localeCompare(callOf(b)));
}
