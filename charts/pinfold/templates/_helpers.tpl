{{- define "pinfold.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What a Deployment selects by; it can never change. Called with (list . "component"). */}}
{{- define "pinfold.selector" -}}
app.kubernetes.io/name: {{ (index . 0).Chart.Name }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "pinfold.labels" -}}
{{- $root := index . 0 -}}
{{ include "pinfold.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: pinfold
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "pinfold.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- $image.repository }}{{ with $image.tag }}:{{ . }}{{ end }}@{{ $image.digest }}
{{- else if $image.allowTag -}}
{{- printf "%s:%s" $image.repository ($image.tag | default .Chart.AppVersion) }}
{{- else -}}
{{- fail "image.digest is not set: Pinfold runs by digest, as it asks of others. Print it with `crane digest <image>`, or set image.allowTag=true to run a tag." -}}
{{- end -}}
{{- end -}}

{{/* Names that the webhook configuration and the policies leave alone. */}}
{{- define "pinfold.excluded" -}}
{{- concat (list "kube-system" .Release.Namespace) .Values.excludedNamespaces | uniq | sortAlpha | toJson -}}
{{- end -}}

{{- define "pinfold.podSecurity" -}}
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "pinfold.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* /livez and /readyz, of both programs. */}}
{{- define "pinfold.probes" -}}
startupProbe:
  httpGet: {path: /livez, port: health}
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /livez, port: health}
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: health}
  periodSeconds: 3
  timeoutSeconds: 2
  failureThreshold: 3
{{- end -}}

{{/* Where a component's pods may run. */}}
{{- define "pinfold.scheduling" -}}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What a monitor selects by: Pods, or Services, of both programs. */}}
{{- define "pinfold.monitored" -}}
matchLabels:
  app.kubernetes.io/name: {{ .Chart.Name }}
  app.kubernetes.io/instance: {{ .Release.Name }}
matchExpressions:
  - {key: app.kubernetes.io/component, operator: In, values: [webhook, reconciler]}
{{- end -}}

{{/* How a port is read. honorLabels: `namespace` and `endpoint` of our metrics are not the target's. */}}
{{- define "pinfold.scraping" -}}
path: /metrics
honorLabels: true
{{- with .interval }}
interval: {{ . }}
{{- end }}
{{- with .scrapeTimeout }}
scrapeTimeout: {{ . }}
{{- end }}
{{- end -}}
