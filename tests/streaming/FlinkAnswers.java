// SPDX-License-Identifier: Apache-2.0
// What Flink itself answers: a JSON object a line on stdin ({"tables": [...], "config": {...}, "statements": [...]}), one a
// line on stdout ({"columns": "a INT, ...", "rows": ["+I[1]", ...]} or {"error": "..."}). Each query is a job of its own on one
// cluster inside this process; the rows of a table come one after the other with their kinds, a watermark after each row that moves it.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.runtime.typeutils.ExternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.table.types.utils.TypeConversions;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;

public class FlinkAnswers {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static int port;

  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    System.setOut(System.err);
    startCluster();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      ObjectNode answer = JSON.createObjectNode();
      try {
        answer(JSON.readTree(line), answer);
      } catch (Throwable e) {
        answer.removeAll();
        answer.put("error", rootOf(e));
      }
      out.println(answer);
      out.flush();
    }
    System.exit(0);
  }

  private static void startCluster() throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("rest.bind-port", "0");
    configuration.setString("rest.address", "127.0.0.1");
    configuration.setString("taskmanager.memory.managed.size", "256m");
    MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder().setNumTaskManagers(1)
        .setNumSlotsPerTaskManager(4).setConfiguration(configuration).build());
    cluster.start();
    port = cluster.getRestAddress().get().getPort();
  }

  private static String rootOf(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause() != cause) cause = cause.getCause();
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  private static void answer(JsonNode query, ObjectNode answer) throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("parallelism.default", "1");
    configuration.setString("pipeline.auto-watermark-interval", "1 ms");
    configuration.setString("table.local-time-zone", "UTC");
    query.get("config").fields().forEachRemaining(e -> configuration.setString(e.getKey(), e.getValue().asText()));
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createRemoteEnvironment("127.0.0.1", port, configuration);
    StreamTableEnvironment tables = StreamTableEnvironment.create(env);
    query.get("config").fields().forEachRemaining(e -> tables.getConfig().set(e.getKey(), e.getValue().asText()));
    for (JsonNode table : query.get("tables")) create(env, tables, table);
    JsonNode statements = query.get("statements");
    for (int i = 0; i + 1 < statements.size(); ++i) tables.executeSql(statements.get(i).asText());
    TableResult result = tables.executeSql(statements.get(statements.size() - 1).asText());
    List<String> columns = new ArrayList<>();
    for (Column column : result.getResolvedSchema().getColumns()) {
      String type = column.getDataType().getLogicalType().copy(true).asSummaryString();
      columns.add("`" + column.getName() + "` " + type.replace(" *ROWTIME*", "").replace(" *PROCTIME*", ""));
    }
    answer.put("columns", String.join(", ", columns));
    ArrayNode rows = answer.putArray("rows");
    Thread watchdog = new Thread(() -> {
      try {
        Thread.sleep(60_000);
        result.getJobClient().ifPresent(job -> job.cancel());
      } catch (InterruptedException e) {
        // the query has ended
      }
    });
    watchdog.setDaemon(true);
    watchdog.start();
    try (CloseableIterator<Row> all = result.collect()) {
      all.forEachRemaining(row -> rows.add(row.toString()));
    } finally {
      watchdog.interrupt();
    }
  }

  private static void create(StreamExecutionEnvironment env, StreamTableEnvironment tables, JsonNode table) {
    Schema.Builder schema = Schema.newBuilder();
    List<DataTypes.Field> fields = new ArrayList<>();
    List<LogicalType> types = new ArrayList<>();
    for (JsonNode node : table.get("schema")) {
      String line = node.asText();
      if (line.startsWith("WATERMARK FOR ")) {
        String[] parts = line.substring(14).split(" AS ", 2);
        schema.watermark(parts[0], parts[1]);
      } else if (line.startsWith("PRIMARY KEY (")) {
        schema.primaryKey(line.substring(13, line.indexOf(')')).split(", *"));
      } else if (line.contains(" AS ")) {
        String[] parts = line.split(" AS ", 2);
        schema.columnByExpression(parts[0], parts[1]);
      } else {
        String[] parts = line.split(" ", 2);
        LogicalType type = LogicalTypeParser.parse(parts[1], FlinkAnswers.class.getClassLoader());
        DataType data = TypeConversions.fromLogicalToDataType(type);
        schema.column(parts[0], data);
        fields.add(DataTypes.FIELD(parts[0], data));
        types.add(type);
      }
    }
    List<Row> rows = new ArrayList<>();
    for (JsonNode given : table.get("rows")) {
      Row row = new Row(kindOf(given.get(0).asText()), types.size());
      for (int i = 0; i < types.size(); ++i) row.setField(i, value(given.get(i + 1), types.get(i)));
      rows.add(row);
    }
    String options = table.get("options").asText();
    boolean upserts = options.contains("UA") && !options.contains("UB");
    ChangelogMode mode = options.equals("{}") ? ChangelogMode.insertOnly() : upserts ? ChangelogMode.upsert() : ChangelogMode.all();
    DataType type = DataTypes.ROW(fields.toArray(new DataTypes.Field[0])).notNull();
    tables.createTemporaryView(table.get("name").asText(), tables.fromChangelogStream(
        env.fromCollection(rows, ExternalTypeInfo.<Row>of(type)), schema.build(), mode));
  }

  private static RowKind kindOf(String text) {
    for (RowKind kind : RowKind.values()) if (kind.shortString().equals(text)) return kind;
    throw new IllegalArgumentException("kind " + text);
  }

  private static Object value(JsonNode node, LogicalType type) {
    if (node.isNull()) return null;
    switch (type.getTypeRoot()) {
      case TINYINT: return Byte.valueOf(node.asText());
      case SMALLINT: return Short.valueOf(node.asText());
      case INTEGER: return Integer.valueOf(node.asText());
      case BIGINT: return Long.valueOf(node.asText());
      case FLOAT: return Float.valueOf(node.asText());
      case DOUBLE: return Double.valueOf(node.asText());
      case BOOLEAN: return Boolean.valueOf(node.asText());
      case DECIMAL: return new BigDecimal(node.asText());
      case DATE: return LocalDate.parse(node.asText());
      case TIMESTAMP_WITHOUT_TIME_ZONE: return LocalDateTime.parse(node.asText());
      case ARRAY: {
        LogicalType element = ((ArrayType) type).getElementType();
        Object[] items = (Object[]) java.lang.reflect.Array.newInstance(
            TypeConversions.fromLogicalToDataType(element).getConversionClass(), node.size());
        for (int i = 0; i < items.length; ++i) items[i] = value(node.get(i), element);
        return items;
      }
      case MAP: {
        Map<Object, Object> map = new HashMap<>();
        MapType types = (MapType) type;
        for (JsonNode pair : node) map.put(value(pair.get(0), types.getKeyType()), value(pair.get(1), types.getValueType()));
        return map;
      }
      case ROW: {
        RowType row = (RowType) type;
        Object[] values = new Object[row.getFieldCount()];
        for (int i = 0; i < values.length; ++i) values[i] = value(node.get(i), row.getTypeAt(i));
        return Row.of(values);
      }
      default: return node.asText();
    }
  }
}
