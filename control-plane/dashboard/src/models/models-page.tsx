import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { usePlatform } from '../app/platform';
import { problemOf, useResource } from '../app/use-resource';
import { Confirm, Empty, Loading, PageHead, ProblemNote } from '../ui/parts';
import { isOpen, waitMillis } from './model';
import { ModelPanel } from './model-panel';
import { TrainDialog } from './train-dialog';
import { TrainingPanel } from './training-panel';
import type { Action, Model, Training } from './model';
import type { Problem } from '../../client';
import type { Stream } from '../streams/stream';

/** By which models streams are judged, how good they are, and what is being trained. */
export function ModelsPage() {
  const { rest } = usePlatform();
  const [parameters, setParameters] = useSearchParams();
  const stream = parameters.get('stream') ?? '';
  const query = { stream: stream === '' ? undefined : stream };
  const streams = useResource((signal) => rest.all<Stream>('/streams', {}, 1000, signal), []);
  const models = useResource((signal) => rest.all<Model>('/models', query, 1000, signal), [stream]);
  const trainings = useResource((signal) => rest.all<Training>('/trainings', query, 100, signal), [stream]);
  const [training, setTraining] = useState(false);
  const [opposed, setOpposed] = useState<Model>();
  const [problem, setProblem] = useState<Problem>();
  const lookAgain = (): void => {
    models.reload();
    trainings.reload();
  };
  useLooks(trainings.data, trainings.reload, models.reload);

  const act = (model: Model, action: Action, force = false): void => {
    setProblem(undefined);
    setOpposed(undefined);
    rest.send(`/models/${model.id}/${action}`, { method: 'POST', ...(action === 'activate' && { body: { force } }) }).then(
      () => models.reload(),
      (error: unknown) => {
        const why = problemOf(error);
        if (why.code === 'worse-model') {
          setOpposed(model);
        } else {
          setProblem(why);
        }
      },
    );
  };
  const names = new Map((streams.data ?? []).map((it) => [it.id, it.name]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  const problems = [problem, models.problem, trainings.problem, streams.problem].filter((it) => it !== undefined);
  const ids = [...new Set((models.data ?? []).map((it) => it.stream))].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  return (
    <>
      <PageHead
        title="Models"
        actions={
          <>
            <select
              aria-label="Models of the stream"
              value={stream}
              style={{ width: 'auto' }}
              onChange={(event) => setParameters(event.target.value === '' ? {} : { stream: event.target.value }, { replace: true })}
            >
              <option value="">all streams</option>
              {(streams.data ?? []).map((it) => (
                <option key={it.id}>{it.name}</option>
              ))}
            </select>
            <button type="button" className="button" onClick={lookAgain}>
              Read again
            </button>
            <button type="button" className="button primary" disabled={(streams.data ?? []).length === 0} onClick={() => setTraining(true)}>
              Train a model
            </button>
          </>
        }
      >
        <p>
          Each measure is judged by its own past; a model sees all measures of a series together. How each did on the last fifth of its time,
          which it was not trained on.
        </p>
      </PageHead>
      {problems.length > 0 ? <ProblemNote problem={problems[0]!} retry={lookAgain} /> : null}
      {models.data === undefined && models.problem === undefined ? <Loading what="models" /> : null}
      {models.data?.length === 0 ? (
        <div className="panel">
          <Empty title={stream === '' ? 'There is no model yet' : `There is no model of ${stream} yet`}>
            {streams.data?.length === 0 ? (
              <>
                <p>A model is trained from the results of a stream, and there is no stream.</p>
                <Link className="button primary" to="/streams/new">
                  Describe the first stream
                </Link>
              </>
            ) : (
              <p>Train one from what a stream has been so far: 200 windows are needed. Streams are judged without one meanwhile.</p>
            )}
          </Empty>
        </div>
      ) : null}
      {ids.map((id) => (
        <ModelPanel
          key={id}
          name={nameOf(id)}
          models={(models.data ?? []).filter((it) => it.stream === id)}
          onAction={(model, action) => (model.objection !== undefined && action === 'activate' ? setOpposed(model) : act(model, action))}
        />
      ))}
      {trainings.data !== undefined ? <TrainingPanel trainings={trainings.data} models={models.data ?? []} nameOf={nameOf} /> : null}
      {training ? (
        <TrainDialog
          streams={(streams.data ?? []).map((it) => it.name)}
          stream={stream}
          onClose={() => setTraining(false)}
          onTraining={() => {
            setTraining(false);
            trainings.reload();
          }}
        />
      ) : null}
      {opposed !== undefined ? (
        <Confirm
          title={`Judge by version ${opposed.version} all the same?`}
          text={`There is an objection to it: ${opposed.objection ?? 'it is worse than the active one'}.`}
          action="Activate it"
          onConfirm={() => act(opposed, 'activate', true)}
          onClose={() => setOpposed(undefined)}
        />
      ) : null}
    </>
  );
}

/** Looks again while a training goes on, and at the models once one has ended. */
function useLooks(trainings: readonly Training[] | undefined, onTrainings: () => void, onModels: () => void): void {
  const [looks, setLooks] = useState(0);
  const open = (trainings ?? []).filter(isOpen).map((it) => it.id);
  const waiting = open.join();
  const [before, setBefore] = useState(waiting);
  useEffect(() => {
    if (before !== waiting) {
      setBefore(waiting);
      setLooks(0);
      onModels();
    }
  }, [before, waiting, onModels]);
  useEffect(() => {
    if (waiting === '') {
      return;
    }
    const timer = setTimeout(() => {
      setLooks((it) => it + 1);
      if (!document.hidden) {
        onTrainings();
      }
    }, waitMillis(looks));
    return () => clearTimeout(timer);
  }, [waiting, looks, onTrainings]);
}
