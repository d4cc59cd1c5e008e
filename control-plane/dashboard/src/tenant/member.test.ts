import { expect, test } from 'vitest';
import { callOf, inOrder } from './member';
import type { Member } from './member';

const member = (subject: string, name: string): Member => ({
  userId: subject,
  issuer: 'https://login.example.org',
  subject,
  name,
  role: 'viewer',
  version: 1,
  createdAt: '2026-01-01T00:00:00Z',
});

test('a member is called by the name, or as the provider knows them', () => {
  expect(callOf(member('7d2c', 'Night shift'))).toBe('Night shift');
  expect(callOf(member('7d2c', ''))).toBe('7d2c');
});

test('members with a name come first, by it', () => {
  const members = [member('b', ''), member('z', 'Day shift'), member('a', ''), member('y', 'Archive')];

  expect(inOrder(members).map(callOf)).toEqual(['Archive', 'Day shift', 'a', 'b']);
  expect(members.map(callOf)).toEqual(['b', 'Day shift', 'a', 'Archive']);
});
