{{- define "parkwatch.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "parkwatch.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "parkwatch.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "parkwatch.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "parkwatch.selector" -}}
app.kubernetes.io/name: {{ include "parkwatch.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "parkwatch.labels" -}}
{{ include "parkwatch.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "parkwatch.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- /* What can not work is refused while templates are made. */ -}}
{{- define "parkwatch.check" -}}
{{- if not .Values.kafka.bootstrap -}}
{{- fail "kafka.bootstrap is needed: HOST:PORT of the brokers" -}}
{{- end -}}
{{- $urls := dict "store.url" .Values.store.url -}}
{{- with .Values.migrations.url -}}{{- $_ := set $urls "migrations.url" . -}}{{- end -}}
{{- range $name, $url := $urls -}}
{{- if not (regexMatch "^postgres(ql)?://" $url) -}}
{{- fail (printf "%s must be postgresql://USER@HOST:PORT/DATABASE: workers share the store, and SQLite takes one process" $name) -}}
{{- end -}}
{{- if or (regexMatch "^[a-z]+://[^/@]*:[^/@]*@" $url) (contains "password=" $url) -}}
{{- fail (printf "%s holds a password: put it into a Secret, named by store.password and migrations.passfile" $name) -}}
{{- end -}}
{{- if and $.Values.store.ca.secret (contains "sslmode=" $url) -}}
{{- fail (printf "%s names an sslmode, and store.ca makes it verify-full: leave one out" $name) -}}
{{- end -}}
{{- end -}}
{{- $registry := 0 -}}
{{- range (list .Values.registry.files .Values.registry.existingConfigMap .Values.registry.existingClaim) -}}
{{- if . -}}{{- $registry = add1 $registry -}}{{- end -}}
{{- end -}}
{{- if ne (int $registry) 1 -}}
{{- fail "give exactly one of registry.files, registry.existingConfigMap and registry.existingClaim" -}}
{{- end -}}
{{- $rules := 0 -}}
{{- range (list .Values.rules.files .Values.rules.existingConfigMap .Values.rules.existingClaim) -}}
{{- if . -}}{{- $rules = add1 $rules -}}{{- end -}}
{{- end -}}
{{- if gt (int $rules) 1 -}}
{{- fail "give at most one of rules.files, rules.existingConfigMap and rules.existingClaim" -}}
{{- end -}}
{{- $sasl := hasPrefix "sasl_" .Values.kafka.securityProtocol -}}
{{- if and $sasl (not (and .Values.kafka.sasl.mechanism .Values.kafka.sasl.username .Values.kafka.sasl.password.secret)) -}}
{{- fail "kafka.securityProtocol with SASL needs kafka.sasl.mechanism, username and password.secret" -}}
{{- end -}}
{{- if and (or .Values.kafka.ca.secret .Values.kafka.clientCertificate.secret) (not (has .Values.kafka.securityProtocol (list "ssl" "sasl_ssl"))) -}}
{{- fail "kafka.ca and kafka.clientCertificate need kafka.securityProtocol ssl or sasl_ssl" -}}
{{- end -}}
{{- end -}}

{{- /* store.url or migrations.url, with what TLS needs. */ -}}
{{- define "parkwatch.storeUrl" -}}
{{- $url := .url -}}
{{- if .root.Values.store.ca.secret -}}
{{- $separator := ternary "&" "?" (contains "?" $url) -}}
{{- $url = printf "%s%ssslmode=verify-full&sslrootcert=/etc/parkwatch/store-ca/ca.crt" $url $separator -}}
{{- end -}}
{{- $url -}}
{{- end -}}

{{- /* parkwatch.toml: what the chart decides, then `config`. */ -}}
{{- define "parkwatch.toml" -}}
{{- $kafka := dict "bootstrap" .Values.kafka.bootstrap "group_id" .Values.kafka.groupId "group_instance_id" "@hostname" "security_protocol" .Values.kafka.securityProtocol -}}
{{- if .Values.kafka.ca.secret -}}{{- $_ := set $kafka "ssl_ca_location" "/etc/parkwatch/kafka-ca/ca.crt" -}}{{- end -}}
{{- if hasPrefix "sasl_" .Values.kafka.securityProtocol -}}
{{- $_ := set $kafka "sasl_mechanism" .Values.kafka.sasl.mechanism -}}
{{- $_ := set $kafka "sasl_username" .Values.kafka.sasl.username -}}
{{- end -}}
{{- $registry := dict "dir" "/etc/parkwatch/registry" -}}
{{- if .Values.registry.keys.secret -}}{{- $_ := set $registry "keys_file" "/etc/parkwatch/registry-keys/keys" -}}{{- end -}}
{{- $base := dict
      "kafka" $kafka
      "store" (dict "url" (include "parkwatch.storeUrl" (dict "root" . "url" .Values.store.url)))
      "registry" $registry
      "gateway" (dict "listen" "0.0.0.0" "port" 9212 "spool_file" "/var/lib/parkwatch/parkwatch.spool")
      "web" (dict "listen" "0.0.0.0" "port" 9464)
      "log" (dict "format" "json") -}}
{{- if include "parkwatch.rulesVolume" . -}}{{- $_ := set $base "rules" (dict "dir" "/etc/parkwatch/rules") -}}{{- end -}}
{{- $all := mergeOverwrite $base (deepCopy .Values.config) -}}
{{- range $section, $keys := $all }}
[{{ $section }}]
{{- range $key, $value := $keys }}
{{- if not (kindIs "map" $value) }}
{{- if kindIs "string" $value }}
{{ $key }} = {{ $value | quote }}
{{- else if kindIs "bool" $value }}
{{ $key }} = {{ $value }}
{{- else }}
{{ $key }} = {{ int64 $value }}
{{- end }}
{{- end }}
{{- end }}
{{ end -}}
{{- if .Values.kafka.clientCertificate.secret }}
[kafka.client]
"ssl.certificate.location" = "/etc/parkwatch/kafka-client/tls.crt"
"ssl.key.location" = "/etc/parkwatch/kafka-client/tls.key"
{{ end -}}
{{- end -}}

{{- /* Where registry or rules are mounted from; empty: nothing is. */ -}}
{{- define "parkwatch.folderVolume" -}}
{{- if .from.existingClaim -}}
persistentVolumeClaim: {claimName: {{ .from.existingClaim }}, readOnly: true}
{{- else if .from.existingConfigMap -}}
configMap: {name: {{ .from.existingConfigMap }}}
{{- else if .from.files -}}
configMap: {name: {{ .own }}}
{{- end -}}
{{- end -}}

{{- define "parkwatch.registryVolume" -}}
{{- include "parkwatch.folderVolume" (dict "from" .Values.registry "own" (printf "%s-registry" (include "parkwatch.fullname" .))) -}}
{{- end -}}

{{- define "parkwatch.rulesVolume" -}}
{{- include "parkwatch.folderVolume" (dict "from" .Values.rules "own" (printf "%s-rules" (include "parkwatch.fullname" .))) -}}
{{- end -}}

{{- define "parkwatch.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "parkwatch.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
{{- end -}}

{{- define "parkwatch.secretVolume" -}}
- name: {{ .name }}
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
    items: [{key: {{ .key | quote }}, path: {{ .path }}}]
{{- end -}}

{{- /* The pod of one part: dict root, part, roles. */ -}}
{{- define "parkwatch.pod" -}}
{{- $root := .root -}}
{{- $values := index .root.Values .part -}}
metadata:
  labels:
    {{- include "parkwatch.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .part }}
  annotations:
    checksum/config: {{ include "parkwatch.toml" $root | sha256sum }}
    {{- with $root.Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  # The program drains within 25 s.
  terminationGracePeriodSeconds: 30
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- include "parkwatch.podSecurityContext" $root | nindent 4 }}
  containers:
    - name: {{ .part }}
      image: {{ include "parkwatch.image" $root | quote }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: ["run", "--config", "/etc/parkwatch/config/parkwatch.toml", "--roles", {{ .roles | quote }}]
      {{- if or $root.Values.store.password.secret $root.Values.kafka.sasl.password.secret }}
      env:
        {{- if $root.Values.store.password.secret }}
        - {name: PARKWATCH_STORE__PASSWORD_FILE, value: /etc/parkwatch/store-password/password}
        {{- end }}
        {{- if $root.Values.kafka.sasl.password.secret }}
        - {name: PARKWATCH_KAFKA__SASL_PASSWORD_FILE, value: /etc/parkwatch/kafka-password/password}
        {{- end }}
      {{- end }}
      ports:
        {{- if eq .part "gateway" }}
        - {name: hj212, containerPort: 9212, protocol: TCP}
        {{- end }}
        - {name: web, containerPort: 9464, protocol: TCP}
      # A first start reads the registry and joins the group; five minutes are plenty.
      startupProbe:
        httpGet: {path: /startupz, port: web}
        periodSeconds: 2
        timeoutSeconds: 3
        failureThreshold: 150
      livenessProbe:
        httpGet: {path: /healthz, port: web}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /readyz, port: web}
        periodSeconds: 5
        timeoutSeconds: 3
        failureThreshold: 2
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      securityContext:
        {{- include "parkwatch.securityContext" $root | nindent 8 }}
      volumeMounts:
        - {name: config, mountPath: /etc/parkwatch/config, readOnly: true}
        - {name: registry, mountPath: /etc/parkwatch/registry, readOnly: true}
        {{- if include "parkwatch.rulesVolume" $root }}
        - {name: rules, mountPath: /etc/parkwatch/rules, readOnly: true}
        {{- end }}
        {{- if $root.Values.registry.keys.secret }}
        - {name: registry-keys, mountPath: /etc/parkwatch/registry-keys, readOnly: true}
        {{- end }}
        {{- if $root.Values.store.password.secret }}
        - {name: store-password, mountPath: /etc/parkwatch/store-password, readOnly: true}
        {{- end }}
        {{- if $root.Values.store.ca.secret }}
        - {name: store-ca, mountPath: /etc/parkwatch/store-ca, readOnly: true}
        {{- end }}
        {{- if $root.Values.kafka.sasl.password.secret }}
        - {name: kafka-password, mountPath: /etc/parkwatch/kafka-password, readOnly: true}
        {{- end }}
        {{- if $root.Values.kafka.ca.secret }}
        - {name: kafka-ca, mountPath: /etc/parkwatch/kafka-ca, readOnly: true}
        {{- end }}
        {{- if $root.Values.kafka.clientCertificate.secret }}
        - {name: kafka-client, mountPath: /etc/parkwatch/kafka-client, readOnly: true}
        {{- end }}
        {{- if eq .part "gateway" }}
        - {name: spool, mountPath: /var/lib/parkwatch}
        {{- end }}
        - {name: tmp, mountPath: /tmp}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "parkwatch.selector" $root | nindent 10 }}
          app.kubernetes.io/component: {{ .part }}
  volumes:
    - name: config
      configMap: {name: {{ include "parkwatch.fullname" $root }}}
    - name: registry
      {{ include "parkwatch.registryVolume" $root }}
    {{- with include "parkwatch.rulesVolume" $root }}
    - name: rules
      {{ . }}
    {{- end }}
    {{- with $root.Values.registry.keys }}
    {{- if .secret }}
    {{- include "parkwatch.secretVolume" (dict "name" "registry-keys" "secret" .secret "key" .key "path" "keys") | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- with $root.Values.store.password }}
    {{- if .secret }}
    {{- include "parkwatch.secretVolume" (dict "name" "store-password" "secret" .secret "key" .key "path" "password") | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- with $root.Values.store.ca }}
    {{- if .secret }}
    {{- include "parkwatch.secretVolume" (dict "name" "store-ca" "secret" .secret "key" .key "path" "ca.crt") | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- with $root.Values.kafka.sasl.password }}
    {{- if .secret }}
    {{- include "parkwatch.secretVolume" (dict "name" "kafka-password" "secret" .secret "key" .key "path" "password") | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- with $root.Values.kafka.ca }}
    {{- if .secret }}
    {{- include "parkwatch.secretVolume" (dict "name" "kafka-ca" "secret" .secret "key" .key "path" "ca.crt") | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- with $root.Values.kafka.clientCertificate.secret }}
    - name: kafka-client
      secret: {secretName: {{ . }}, defaultMode: 0440}
    {{- end }}
    - name: tmp
      emptyDir: {sizeLimit: 64Mi}
{{- end -}}
