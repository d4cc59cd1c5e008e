/** A stream as the API has it: docs/streams.md. */
export interface StreamField {
  readonly name: string;
  readonly type: 'number' | 'string' | 'boolean' | 'timestamp';
  readonly role: 'timestamp' | 'dimension' | 'measure' | 'attribute';
  readonly required?: boolean;
}

export interface StreamSpec {
  readonly name: string;
  readonly description?: string;
  readonly fields: readonly StreamField[];
  readonly windows: readonly string[];
  readonly outOfOrderness?: string;
  readonly allowedLateness?: string;
  readonly earlyResults?: boolean;
  readonly unknownFields?: 'reject' | 'ignore';
}

export interface Stream extends StreamSpec {
  readonly id: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Names of a stream's fields of a role, in the order of the schema. */
export function fieldsOf(stream: StreamSpec, role: StreamField['role']): readonly string[] {
  return stream.fields.filter((it) => it.role === role).map((it) => it.name);
}
