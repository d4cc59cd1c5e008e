-- The last that each subtask of the anomaly job said of a stream. Written where the stream can be locked.
CREATE TABLE detection_status (
    tenant_id           text             NOT NULL,
    stream_id           uuid             NOT NULL,
    subtask             integer          NOT NULL,
    parallelism         integer          NOT NULL,
    state               text             NOT NULL CHECK (state IN ('no_model', 'active', 'refused')),
    model_id            uuid,            -- that it was last given
    version             bigint,          -- of that model
    reason              text,            -- why the model, or settings, are refused
    threshold           double precision NOT NULL,
    failures            bigint           NOT NULL, -- detectors that began anew; this and what follows since its start
    series_beyond_limit bigint           NOT NULL,
    learning            bigint           NOT NULL, -- measures of series, by how far they are known
    active              bigint           NOT NULL,
    constant            bigint           NOT NULL,
    invalid_values      bigint           NOT NULL,
    out_of_order        bigint           NOT NULL,
    at                  timestamptz      NOT NULL,
    PRIMARY KEY (tenant_id, stream_id, subtask),
    FOREIGN KEY (tenant_id, stream_id) REFERENCES streams (tenant_id, id) ON DELETE CASCADE
);

ALTER TABLE detection_status ENABLE ROW LEVEL SECURITY;
ALTER TABLE detection_status FORCE  ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON detection_status
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());

GRANT SELECT                         ON detection_status TO streamgauge_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON detection_status TO streamgauge_system;

-- How often a training was begun: one whose process has ended is begun once more, and no oftener, since it
-- may be the reason.
ALTER TABLE trainings ADD COLUMN attempts integer NOT NULL DEFAULT 0;
